// The address of keys in AWS KMS: awskms://alias/vedette?region=eu-central-1, the aliases of our keys below that name.

import { VedetteError } from '../../core/errors.ts';
import { standingOf } from '../../core/host-standing.ts';
import type { Secret } from '../../core/secret.ts';
import { parameterFault } from '../../core/server-address.ts';

const parameters = ['region', 'endpoint', 'multi-region', 'grantee'] as const;

/** As many roles as a deployment has; KMS takes 50 000 grants a key. */
const maxGrantees = 10;

export interface KmsAddress {
  /** What the aliases begin with, such as `alias/vedette`. */
  readonly alias: string;
  /** null: what the environment of the process says. */
  readonly region: string | null;
  readonly endpoint: string | null;
  /** Whether keys that are made can be copied into other Regions. */
  readonly isMultiRegion: boolean;
  /** Who may use the keys that this process makes, as ARNs of roles, beside whom IAM lets. */
  readonly grantees: readonly string[];
}

/** Reads an address. Errors: `settings-invalid`. */
export function kmsAddress(address: Secret): KmsAddress {
  const url = URL.parse(address.reveal());
  const [, name] = /^\/([A-Za-z0-9_/-]{1,200})$/.exec(url?.pathname ?? '') ?? [];
  if (url?.protocol !== 'awskms:' || url.hostname !== 'alias' || name === undefined || /^aws\//.test(name)) {
    throw wrong('is none. It looks like awskms://alias/vedette?region=eu-central-1');
  }
  const fault = parameterFault(url.searchParams, parameters);
  if (fault !== null) throw wrong(fault);
  return { alias: `alias/${name}`, ...placeOf(url.searchParams), ...wayOf(url.searchParams) };
}

function placeOf(search: URLSearchParams): Pick<KmsAddress, 'region' | 'endpoint'> {
  const [region, endpoint] = [search.get('region'), search.get('endpoint')];
  if (region !== null && !/^[a-z]{2}(-[a-z0-9]+){2,4}$/.test(region)) {
    throw wrong('has a wrong region. It looks like eu-central-1');
  }
  if (endpoint !== null) requireEndpoint(endpoint);
  return { region, endpoint };
}

/** Errors: `settings-invalid`, also where keys would leave this machine in the clear: requests are signed, not sealed. */
function requireEndpoint(text: string): void {
  const url = URL.parse(text);
  if (url === null || !['https:', 'http:'].includes(url.protocol)) {
    throw wrong('has a wrong endpoint. It looks like https://kms.eu-central-1.amazonaws.com');
  }
  if (url.protocol === 'http:' && standingOf(url.hostname) !== 'loopback') {
    throw wrong(
      'has an endpoint with no TLS, and keys would go over the network for all to see. Use https://',
    );
  }
}

function wayOf(search: URLSearchParams): Pick<KmsAddress, 'isMultiRegion' | 'grantees'> {
  const multi = search.get('multi-region') ?? 'false';
  if (multi !== 'true' && multi !== 'false') throw wrong('has a wrong multi-region: true or false.');
  const grantees = search.getAll('grantee');
  const wellFormed = grantees.every((each) => /^arn:aws[a-z-]*:(iam|sts)::\d{12}:[\w+=,.@/-]+$/.test(each));
  if (!wellFormed || grantees.length > maxGrantees) {
    throw wrong(
      `has a wrong grantee. At most ${maxGrantees}, such as arn:aws:iam::111122223333:role/vedette`,
    );
  }
  return { isMultiRegion: multi === 'true', grantees };
}

function wrong(sentence: string): VedetteError {
  return new VedetteError('settings-invalid', `The address of AWS KMS ${sentence}`);
}
