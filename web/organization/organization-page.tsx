// The organization: its name, how its people sign in, and the keys of its machines.

import './organization.css';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { NotAllowedPage } from '../app/fallbacks.tsx';
import { may } from '../app/may.ts';
import { sitesQuery } from '../overview/queries.ts';
import { meQuery } from '../session/queries.ts';
import { Problem } from '../ui/problem.tsx';
import { AccessKeysSection } from './access-keys-section.tsx';
import { AutomationSection } from './automation-section.tsx';
import { ImageSourcesSection } from './image-sources-section.tsx';
import { NameSection } from './name-section.tsx';
import { PolicySection } from './policy-section.tsx';
import { ProvidersSection } from './providers-section.tsx';
import { organizationQuery } from './queries.ts';

export function OrganizationPage() {
  const { data: me } = useSuspenseQuery(meQuery);
  return may(me, 'manage-organization') ? (
    <Settings />
  ) : (
    <NotAllowedPage what="the settings of the organization" />
  );
}

function Settings() {
  const { data: me } = useSuspenseQuery(meQuery);
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const organization = useQuery(organizationQuery);
  return (
    <div className="page page-narrow">
      <title>Organization · Vedette</title>
      <header className="page-head">
        <h1>Organization</h1>
      </header>
      <Problem error={organization.error} />
      {organization.isPending && <div className="skeleton skeleton-block" />}
      {organization.data !== undefined && (
        <>
          <NameSection organization={organization.data} />
          <PolicySection organization={organization.data} me={me} />
        </>
      )}
      <ProvidersSection />
      <AutomationSection />
      <AccessKeysSection me={me} sites={sites} />
      <ImageSourcesSection sites={sites} />
    </div>
  );
}
