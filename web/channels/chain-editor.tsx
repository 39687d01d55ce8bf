// Changing the chain: levels with their waits, and who is on them.

import { useQuery } from '@tanstack/react-query';
import type { Level, LevelTarget } from '../../src/http/contract/escalation.ts';
import { peopleQuery } from '../people/queries.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import {
  delays,
  durationWords,
  keyOf,
  maxLevels,
  roleWords,
  withDelay,
  withLevel,
  withoutLevel,
  withoutTarget,
  withTarget,
} from './chain-draft.ts';

interface ChainEditorProps {
  readonly levels: readonly Level[];
  readonly onChange: (levels: Level[]) => void;
}

interface Named {
  readonly key: string;
  readonly name: string;
  readonly target: LevelTarget;
}

const roles: readonly Named[] = (['owner', 'manager', 'admin', 'viewer'] as const).map((role) => ({
  key: role,
  name: roleWords[role],
  target: { kind: 'role', role },
}));

export function ChainEditor({ levels, onChange }: ChainEditorProps) {
  const people = useQuery(peopleQuery);
  const members: readonly Named[] = (people.data ?? []).map(({ id, name }) => ({
    key: id,
    name,
    target: { kind: 'member', memberId: id },
  }));
  return (
    <div className="stack">
      <ol className="ladder ladder-editing">
        {levels.map((level, index) => (
          <li key={String(index)} className="rung">
            <span className="rung-time">
              <span className="rung-dot" aria-hidden="true" />
              <Delay level={level} index={index} onChange={(ms) => onChange(withDelay(levels, index, ms))} />
            </span>
            <div className="rung-body">
              <Targets
                level={level}
                number={index + 1}
                choices={[...roles, ...members]}
                onAdd={(target) => onChange(withTarget(levels, index, target))}
                onRemove={(target) => onChange(withoutTarget(levels, index, target))}
              />
            </div>
            {levels.length > 1 && (
              <IconButton
                icon="trash"
                size="small"
                label={`Remove level ${index + 1}`}
                onClick={() => onChange(withoutLevel(levels, index))}
              />
            )}
          </li>
        ))}
      </ol>
      {levels.length < maxLevels && (
        <div>
          <Button size="small" icon="plus" onClick={() => onChange(withLevel(levels))}>
            Add a level
          </Button>
        </div>
      )}
    </div>
  );
}

interface DelayProps {
  readonly level: Level;
  readonly index: number;
  readonly onChange: (ms: number) => void;
}

function Delay({ level: { afterMs }, index, onChange }: DelayProps) {
  if (index === 0) return <span>at once</span>;
  const known: readonly number[] = delays;
  const all = known.includes(afterMs) ? known : [...known, afterMs].toSorted((a, b) => a - b);
  return (
    <select
      className="input rung-delay"
      aria-label={`Level ${index + 1} is told after`}
      value={afterMs}
      onChange={(event) => onChange(Number(event.target.value))}
    >
      {all.map((ms) => (
        <option key={ms} value={ms}>
          {durationWords(ms)} later
        </option>
      ))}
    </select>
  );
}

interface TargetsProps {
  readonly level: Level;
  readonly number: number;
  readonly choices: readonly Named[];
  readonly onAdd: (target: LevelTarget) => void;
  readonly onRemove: (target: LevelTarget) => void;
}

function Targets({ level: { targets }, number, choices, onAdd, onRemove }: TargetsProps) {
  const left = choices.filter(({ key }) => !targets.some((target) => keyOf(target) === key));
  return (
    <div className="targets">
      {targets.map((target) => {
        const name = choices.find(({ key }) => key === keyOf(target))?.name ?? 'Somebody who is gone';
        return (
          <span key={keyOf(target)} className="target">
            <Icon name={target.kind === 'role' ? 'people' : 'person'} size={16} />
            {name}
            <button
              type="button"
              className="target-remove"
              aria-label={`Take ${name} off level ${number}`}
              onClick={() => onRemove(target)}
            >
              <Icon name="close" size={14} />
            </button>
          </span>
        );
      })}
      <select
        className="input target-add"
        aria-label={`Add somebody to level ${number}`}
        value=""
        onChange={(event) => {
          const chosen = left.find(({ key }) => key === event.target.value);
          if (chosen !== undefined) onAdd(chosen.target);
        }}
      >
        <option value="">Add…</option>
        {left.map(({ key, name }) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
