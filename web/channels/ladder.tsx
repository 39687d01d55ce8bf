// The ladder: each level at its time, with who is on it and over what they are reached.

import type { Chain } from '../../src/http/contract/escalation.ts';
import { initials } from '../session/initials.ts';
import { channelIcons, channelWords } from '../ui/channel-kinds.ts';
import { Icon } from '../ui/icons.tsx';
import { keyOf, roleWords, times, timeWords } from './chain-draft.ts';

type LevelView = Chain['levels'][number];

export function Ladder({ chain }: { chain: Chain }) {
  const at = times(chain.levels);
  return (
    <ol className="ladder">
      {chain.levels.map((level, index) => (
        <li key={String(index)} className="rung">
          <span className="rung-time">
            <span className="rung-dot" aria-hidden="true" />
            <span className="numbers">{isHeard(level) ? timeWords(at[index] ?? 0) : 'skipped'}</span>
          </span>
          <div className="rung-body">
            <strong>{headline(level)}</strong>
            <People level={level} />
          </div>
        </li>
      ))}
      <li className="rung rung-end">
        <span className="rung-time">
          <span className="rung-dot" aria-hidden="true" />
        </span>
        <span className="quiet small">It stops as soon as somebody acknowledges.</span>
      </li>
    </ol>
  );
}

/** Whether somebody is on a level who can be told. */
function isHeard({ people }: LevelView): boolean {
  return people.some(({ over }) => over !== null);
}

function headline({ targets, people }: LevelView): string {
  const names = targets.map((target) => {
    if (target.kind === 'role') return roleWords[target.role];
    return people.find(({ id }) => id === keyOf(target))?.name ?? 'Somebody who is gone';
  });
  return names.join(', ');
}

function People({ level }: { level: LevelView }) {
  const { people } = level;
  if (people.length === 0) {
    return <Warning words="Nobody is on this level, so the next one is told at once." />;
  }
  return (
    <>
      <ul className="rung-people">
        {people.map(({ id, name, over }) => (
          <li key={id} className={`rung-person${over === null ? ' rung-person-off' : ''}`}>
            <span className="avatar avatar-small" aria-hidden="true">
              {initials(name)}
            </span>
            <span className="ellipsis">{name}</span>
            {over === null ? (
              <span className="quiet small">not told</span>
            ) : (
              <span className="rung-over" title={channelWords[over]}>
                <Icon name={channelIcons[over]} size={16} />
                <span className="hidden-visually">by {channelWords[over]}</span>
              </span>
            )}
          </li>
        ))}
      </ul>
      {!isHeard(level) && (
        <Warning words="Nobody here can be told, so the next level is told at once. They choose their channels and sites under My alerts." />
      )}
    </>
  );
}

function Warning({ words }: { words: string }) {
  return (
    <p className="rung-warning small">
      <Icon name="warning" size={15} />
      {words}
    </p>
  );
}
