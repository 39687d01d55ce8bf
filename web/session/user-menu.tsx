// The user menu: who is signed in, the theme, signing out.

import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Me } from '../../src/http/contract/session.ts';
import { chooseTheme, chosenTheme, type Theme } from '../app/theme.ts';
import { OrganizationSwitcher } from '../organization/switcher.tsx';
import { Icon } from '../ui/icons.tsx';
import { Menu } from '../ui/menu.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { initials } from './initials.ts';
import { useSignOut } from './use-sign-out.ts';

export function UserMenu({ me, place }: { me: Me; place: 'rail' | 'top' }) {
  return (
    <Menu
      label={`${me.name}, account and theme`}
      buttonClass="user-button"
      menuClass={`menu-${place}`}
      face={
        <>
          <span className="avatar" aria-hidden="true">
            {initials(me.name)}
          </span>
          <span className="user-names">
            <span>{me.organization.name}</span>
            <span>{me.name}</span>
          </span>
        </>
      }
    >
      {(close) => (
        <>
          <p className="menu-who small">
            <span>
              <strong>{me.name}</strong>
            </span>
            <span className="quiet">{me.email}</span>
          </p>
          <OrganizationSwitcher me={me} />
          <ThemeChoice />
          <Link to="/account" className="menu-item" onClick={close}>
            <Icon name="person" size={18} />
            My account
          </Link>
          <Link to="/my-alerts" className="menu-item" onClick={close}>
            <Icon name="bell" size={18} />
            My alerts
          </Link>
          <SignOut />
        </>
      )}
    </Menu>
  );
}

function ThemeChoice() {
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  return (
    <div className="menu-theme">
      <Segmented
        legend="Theme"
        small
        value={theme}
        onChange={(next) => {
          chooseTheme(next);
          setTheme(next);
        }}
        options={[
          { value: 'system', label: 'System theme', face: <ThemeFace icon="auto" word="Auto" /> },
          { value: 'light', label: 'Light theme', face: <ThemeFace icon="sun" word="Light" /> },
          { value: 'dark', label: 'Dark theme', face: <ThemeFace icon="moon" word="Dark" /> },
        ]}
      />
    </div>
  );
}

function ThemeFace({ icon, word }: { icon: 'auto' | 'sun' | 'moon'; word: string }) {
  return (
    <>
      <Icon name={icon} size={15} />
      {word}
    </>
  );
}

function SignOut() {
  const leave = useSignOut();
  return (
    <button type="button" className="menu-item" onClick={() => void leave()}>
      <Icon name="signOut" size={18} />
      Sign out
    </button>
  );
}
