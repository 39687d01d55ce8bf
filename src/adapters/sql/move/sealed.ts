// What of the rows is wrapped by the keys: which columns, and what each is bound to.

import { branded, type ImageId, type OrganizationId, type RecordingId } from '../../../core/brand.ts';
import { recordingKeyContext } from '../../../core/footage/recording.ts';
import { hourKeyContext } from '../../../core/image/hour-keys.ts';
import { ways } from '../../../core/image/pushed-image.ts';
import { imageContext } from '../../../core/incident/snapshot.ts';
import { channelSecretContext } from '../alerts.ts';
import { passwordContext } from '../cameras.ts';
import { oneOf } from '../columns.ts';
import { deviceSecretContext } from '../devices.ts';
import { imageSourceSecretContext } from '../image-sources.ts';
import { providerSecretContext } from '../providers.ts';
import { pushKeyContext, subscriptionContext } from '../push-subscriptions.ts';
import type { Row } from './source.ts';

type ContextOf = (row: Row) => string;

const organizationOf = (row: Row) => branded<OrganizationId>(String(row.organization_id));

/** Tables with a wrapped key in `key_epoch` and `key_ciphertext`, and what it is bound to. */
const keyed: Readonly<Record<string, ContextOf>> = {
  recordings: (row) =>
    recordingKeyContext({ organizationId: organizationOf(row), id: branded<RecordingId>(String(row.id)) }),
  images: (row) =>
    imageContext({ organizationId: organizationOf(row), id: branded<ImageId>(String(row.id)) }),
  pushed_images: (row) =>
    hourKeyContext(
      {
        stage: row.state === 'quarantined' ? 'quarantine' : 'stored',
        way: oneOf(ways, String(row.way)),
        organizationId: organizationOf(row),
      },
      Number(row.key_hour),
    ),
};

const idOf = (row: Row) => String(row.id);

/** Columns that hold a sealed text, `epoch.wrapped key.body`, and what it is bound to. */
const sealed: Readonly<Record<string, Readonly<Record<string, ContextOf>>>> = {
  cameras: { password: (row) => passwordContext(idOf(row)) },
  devices: {
    signing_secret: (row) => deviceSecretContext(idOf(row)),
    previous_secret: (row) => deviceSecretContext(idOf(row)),
  },
  channels: { signing_secret: (row) => channelSecretContext(idOf(row)) },
  image_sources: { secret: (row) => imageSourceSecretContext(idOf(row)) },
  providers: { client_secret: (row) => providerSecretContext(idOf(row)) },
  push_subscriptions: { auth: (row) => subscriptionContext(idOf(row)) },
  push_keys: { private_key: () => pushKeyContext },
};

export interface WrappedPlace {
  readonly column: string;
  readonly epoch: number;
  readonly ciphertext: string;
  readonly context: string;
  /** The columns with another wrapping of the same key. */
  with(wrapped: { readonly epoch: number; readonly ciphertext: string }): Row;
}

/** The wrapped keys in a row. */
export function wrappedIn(table: string, row: Row): readonly WrappedPlace[] {
  const places: WrappedPlace[] = [];
  const keyContext = keyed[table];
  if (keyContext !== undefined && typeof row.key_ciphertext === 'string') {
    places.push({
      column: 'key_ciphertext',
      ...{ epoch: Number(row.key_epoch), ciphertext: row.key_ciphertext, context: keyContext(row) },
      with: ({ epoch, ciphertext }) => ({ key_epoch: epoch, key_ciphertext: ciphertext }),
    });
  }
  for (const [column, contextOf] of Object.entries(sealed[table] ?? {})) {
    const text = row[column];
    if (typeof text !== 'string') continue;
    const [epoch = '', ciphertext = '', body = ''] = text.split('.');
    places.push({
      column,
      ...{ epoch: Number(epoch), ciphertext, context: contextOf(row) },
      with: (wrapped) => ({ [column]: `${wrapped.epoch}.${wrapped.ciphertext}.${body}` }),
    });
  }
  return places;
}

/** What stays the same of a column when its keys are wrapped anew: that there is one, or what it encrypts. */
export function withoutWrapping(table: string, column: string, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (keyed[table] !== undefined && (column === 'key_epoch' || column === 'key_ciphertext')) return 'wrapped';
  if (sealed[table]?.[column] === undefined) return value;
  return String(value).split('.').slice(2).join('.');
}
