// Inviting somebody; the link is shown once, here.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type InvitationCreated, InvitationInput } from '../../src/http/contract/people.ts';
import { keys } from '../app/query-keys.ts';
import { serverNow } from '../app/server-clock.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { Secret } from '../ui/secret.tsx';
import { momentInside, ownTimeZone } from '../ui/words.ts';
import { invite } from './queries.ts';
import { RoleFields } from './role-fields.tsx';
import { type Role, reachesEverySite, withArticle } from './roles.ts';

/** Who is invited to a place that is guarded for them is mostly the one it belongs to. */
const usualRole: Role = 'owner';
const noSite = 'Choose at least one site.';

/** Owners and viewers without a site would see nothing. */
const CompleteInvitation = InvitationInput.refine(
  ({ role, siteIds }) => reachesEverySite(role) || siteIds.length > 0,
  { path: ['siteIds'], error: noSite },
);

export function Invite({ own, onClose }: { own: Role; onClose: () => void }) {
  const [created, setCreated] = useState<InvitationCreated | null>(null);
  if (created === null) return <InviteForm own={own} onClose={onClose} onCreated={setCreated} />;
  return <InvitationMade created={created} onClose={onClose} />;
}

interface InviteFormProps {
  readonly own: Role;
  readonly onClose: () => void;
  readonly onCreated: (created: InvitationCreated) => void;
}

function InviteForm({ own, onClose, onCreated }: InviteFormProps) {
  const queryClient = useQueryClient();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>(usualRole);
  const [siteIds, setSiteIds] = useState<string[]>([]);

  async function send(input: InvitationInput) {
    const created = await invite({ ...input, siteIds: reachesEverySite(role) ? [] : input.siteIds });
    onCreated(created);
    await queryClient.invalidateQueries({ queryKey: keys.invitations });
  }

  return (
    <FormDialog
      title="Invite somebody"
      action="Invite"
      schema={CompleteInvitation}
      input={{ email: email.trim(), role, siteIds }}
      send={send}
      onClose={onClose}
    >
      {(fields) => (
        <>
          <TextField
            label="E-mail"
            type="email"
            inputMode="email"
            autoComplete="off"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
            error={fields.email}
          />
          <RoleFields {...{ own, role, siteIds, fields }} onRole={setRole} onSites={setSiteIds} />
        </>
      )}
    </FormDialog>
  );
}

function InvitationMade({ created, onClose }: { created: InvitationCreated; onClose: () => void }) {
  const { invitation, link, wasMailed } = created;
  const until = momentInside(invitation.expiresAt, ownTimeZone(), serverNow());
  return (
    <Dialog once title="Invitation made" onClose={onClose}>
      {wasMailed ? (
        <Notice tone="good">The link was mailed to {invitation.email}.</Notice>
      ) : (
        <Notice tone="busy">
          No mail was sent to {invitation.email}. Give the link to them yourself, in a way that nobody else
          reads.
        </Notice>
      )}
      <p>
        Whoever opens this link becomes {withArticle(invitation.role)} here. It works once, until {until}, and
        is shown only now.
      </p>
      <Secret text={link} label="Copy the link" />
      <div className="dialog-actions">
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  );
}
