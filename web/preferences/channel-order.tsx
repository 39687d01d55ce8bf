// The order in which a person's channels are tried: dragged, or moved by keyboard.

import { type DragEvent, type KeyboardEvent, useState } from 'react';
import type { MyAlerts, PersonalChannel, PersonalKind } from '../../src/http/contract/my-alerts.ts';
import { IconButton } from '../ui/button.tsx';
import { channelIcons, channelWords } from '../ui/channel-kinds.ts';
import { Icon } from '../ui/icons.tsx';
import { ChannelTest } from './channel-test.tsx';
import { PhoneProof } from './phone-proof.tsx';
import { moved, orderedKinds, toggled } from './wishes-draft.ts';

interface ChannelOrderProps {
  readonly mine: MyAlerts;
  readonly wanted: readonly PersonalKind[];
  readonly onChange: (wanted: PersonalKind[]) => void;
}

export function ChannelOrder({ mine, wanted, onChange }: ChannelOrderProps) {
  const [dragged, setDragged] = useState<PersonalKind | null>(null);
  const [said, setSaid] = useState('');
  const kinds = orderedKinds(
    mine.channels.map(({ kind }) => kind),
    wanted,
  );

  function move(kind: PersonalKind, to: number) {
    const next = moved(wanted, kind, to);
    onChange(next);
    setSaid(`${channelWords[kind]} is now number ${next.indexOf(kind) + 1} of ${next.length}.`);
  }

  return (
    <>
      <ol className="order" aria-label="Order of your channels">
        {kinds.map((kind) => {
          const channel = mine.channels.find((each) => each.kind === kind);
          if (channel === undefined) return null;
          return (
            <OrderRow
              key={kind}
              channel={channel}
              mine={mine}
              place={wanted.indexOf(kind)}
              count={wanted.length}
              isDragged={dragged === kind}
              onToggle={() => onChange(toggled(wanted, kind))}
              onMove={(to) => move(kind, to)}
              onDrag={setDragged}
              onDropHere={() => {
                if (dragged !== null) move(dragged, Math.max(0, wanted.indexOf(kind)));
                setDragged(null);
              }}
            />
          );
        })}
      </ol>
      <p className="hidden-visually" role="status">
        {said}
      </p>
    </>
  );
}

interface OrderRowProps {
  readonly channel: PersonalChannel;
  readonly mine: MyAlerts;
  /** Where it stands among those that are wanted; -1 where it is not. */
  readonly place: number;
  readonly count: number;
  readonly isDragged: boolean;
  readonly onToggle: () => void;
  readonly onMove: (to: number) => void;
  readonly onDrag: (kind: PersonalKind | null) => void;
  readonly onDropHere: () => void;
}

function OrderRow({ channel, mine, place, ...row }: OrderRowProps) {
  const { kind, detail, isReady, reason } = channel;
  const isWanted = place >= 0;
  const name = channelWords[kind];
  const allow = (event: DragEvent) => event.preventDefault();
  const needsProof =
    (kind === 'sms' || kind === 'voice') && mine.phone.number !== null && !mine.phone.isProven;
  return (
    <li
      className={`order-row${isWanted ? '' : ' order-off'}${row.isDragged ? ' order-dragged' : ''}`}
      draggable={isWanted}
      onDragStart={() => row.onDrag(kind)}
      onDragEnd={() => row.onDrag(null)}
      onDragOver={allow}
      onDrop={row.onDropHere}
    >
      <Grip name={name} place={place} onMove={row.onMove} />
      <span className="order-number numbers" aria-hidden="true">
        {isWanted ? place + 1 : ''}
      </span>
      <span className="channel-icon">
        <Icon name={channelIcons[kind]} size={21} />
      </span>
      <span className="order-words">
        <strong>{name}</strong>
        <span className="quiet small">{detail}</span>
        {reason !== null && isWanted && (
          <span className="order-reason small">
            <Icon name="warning" size={15} />
            {reason}
          </span>
        )}
      </span>
      <span className="order-acts">
        {isReady && <ChannelTest kind={kind} />}
        {needsProof && mine.phone.number !== null && (
          <PhoneProof number={mine.phone.number} kind={kind === 'voice' ? 'voice' : 'sms'} />
        )}
        <IconButton
          icon="up"
          size="small"
          label={`Move ${name} up`}
          disabled={place <= 0}
          onClick={() => row.onMove(place - 1)}
        />
        <IconButton
          icon="down"
          size="small"
          label={`Move ${name} down`}
          disabled={!isWanted || place >= row.count - 1}
          onClick={() => row.onMove(place + 1)}
        />
        <input
          type="checkbox"
          role="switch"
          className="switch"
          aria-label={`Tell me by ${name.toLowerCase()}`}
          aria-checked={isWanted}
          checked={isWanted}
          onChange={row.onToggle}
        />
      </span>
    </li>
  );
}

/** The handle: dragged with the mouse, moved with the arrow keys. */
function Grip({ name, place, onMove }: { name: string; place: number; onMove: (to: number) => void }) {
  function onKeyDown(event: KeyboardEvent) {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    onMove(place + step);
  }
  return (
    <button
      type="button"
      className="order-grip"
      disabled={place < 0}
      aria-label={`${name}: arrow keys change its place`}
      onKeyDown={onKeyDown}
    >
      <Icon name="grip" size={20} />
    </button>
  );
}
