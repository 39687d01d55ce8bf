// Going over to another organization that one belongs to.

import { useState } from 'react';
import type { Me } from '../../src/http/contract/session.ts';
import { sentence, wasCancelled } from '../app/api.ts';
import { roleWords } from '../people/roles.ts';
import { Icon } from '../ui/icons.tsx';
import { showToast } from '../ui/toast.tsx';
import { chooseOrganization } from './queries.ts';

/** Nothing for those who belong to one only. */
export function OrganizationSwitcher({ me }: { me: Me }) {
  const [going, setGoing] = useState<string | null>(null);
  if (me.organizations.length < 2) return null;

  async function go(organizationId: string) {
    setGoing(organizationId);
    try {
      await chooseOrganization(organizationId);
      // Nothing of the other organization may stay: not in the cache, not in a stream, not on screen.
      window.location.assign('/');
    } catch (error) {
      setGoing(null);
      if (!wasCancelled(error)) showToast('bad', <span className="toast-words">{sentence(error)}</span>);
    }
  }

  return (
    <ul className="organizations" aria-label="Organizations">
      {me.organizations.map(({ id, name, role }) => (
        <li key={id}>
          <button
            type="button"
            className="menu-item organization"
            aria-current={id === me.organization.id}
            disabled={going !== null}
            onClick={() => id !== me.organization.id && void go(id)}
          >
            <span className="organization-words">
              <span>{name}</span>
              <span className="quiet small">{roleWords[role].name}</span>
            </span>
            {going === id ? (
              <span className="button-spinner" />
            ) : (
              id === me.organization.id && <Icon name="check" size={18} />
            )}
          </button>
        </li>
      ))}
    </ul>
  );
}
