// Evidence of an incident: taken out as a clip, sent to an authority, and what was sent.

import './evidence.css';
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AuthorityLetter } from '../../src/http/contract/evidence.ts';
import type { IncidentDetail } from '../../src/http/contract/incidents.ts';
import { sentence, wasCancelled } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { camerasQuery } from '../overview/queries.ts';
import { Button } from '../ui/button.tsx';
import { Clamped } from '../ui/clamped.tsx';
import { Icon } from '../ui/icons.tsx';
import { Notice } from '../ui/notice.tsx';
import { clockMinutes } from '../ui/words.ts';
import { authorityLettersQuery, retryLetter } from './evidence-queries.ts';
import { ExportClip } from './export-clip.tsx';
import { SendToAuthority } from './send-to-authority.tsx';
import { isRecorded } from './step/cameras.ts';

export function EvidencePanel({ incident, zone }: { incident: IncidentDetail; zone: string }) {
  const { data: all } = useSuspenseQuery(camerasQuery);
  const { data } = useQuery(authorityLettersQuery(incident.id));
  const [open, setOpen] = useState<'clip' | 'letter' | null>(null);
  const sees = (id: string) => (incident.cameras.some((camera) => camera.id === id) ? 0 : 1);
  const cameras = all
    .filter((camera) => camera.siteId === incident.siteId && isRecorded(camera))
    .toSorted((a, b) => sees(a.id) - sees(b.id));
  const sendsMail = data?.sendsMail ?? true;
  if (cameras.length === 0) return null;
  return (
    <section className="card panel evidence" aria-labelledby="evidence-title">
      <h2 id="evidence-title">Evidence</h2>
      <div className="evidence-buttons">
        <Button icon="file" onClick={() => setOpen('clip')}>
          Download clip
        </Button>
        <Button icon="send" disabled={!sendsMail} onClick={() => setOpen('letter')}>
          Send to authority
        </Button>
      </div>
      {!sendsMail && (
        <p className="quiet small">
          To send evidence, Vedette needs a mail server: set VEDETTE_SMTP_URL. Until then, download the clip.
        </p>
      )}
      {data !== undefined && data.letters.length > 0 && (
        <ul className="alert-list" aria-label="Sent to authorities">
          {data.letters.map((letter) => (
            <Letter key={letter.id} incidentId={incident.id} letter={letter} zone={zone} />
          ))}
        </ul>
      )}
      {open === 'clip' && <ExportClip incident={incident} cameras={cameras} onClose={() => setOpen(null)} />}
      {open === 'letter' && (
        <SendToAuthority incident={incident} cameras={cameras} onClose={() => setOpen(null)} />
      )}
    </section>
  );
}

const tones = { waiting: 'busy', sent: 'good', failed: 'bad' } as const;

function Letter({ incidentId, letter, zone }: { incidentId: string; letter: AuthorityLetter; zone: string }) {
  const queryClient = useQueryClient();
  const again = useMutation({
    mutationFn: () => retryLetter(letter.id),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.authorityLetters(incidentId) }),
  });
  const words = {
    waiting: letter.attempts === 0 ? 'Waiting' : 'Trying again',
    sent: `Sent ${letter.sentAt === null ? '' : clockMinutes(letter.sentAt, zone)}`,
    failed: 'Failed',
  }[letter.state];
  return (
    <li>
      <Icon name="mail" size={18} />
      <span className="alert-words">
        <span>{letter.recipient.office}</span>
        <span className="quiet small">
          <Clamped>
            {letter.problem ?? `${letter.recipient.email}, ${letter.cameras.join(', ')}, by ${letter.who}`}
          </Clamped>
        </span>
        {letter.state === 'failed' && (
          <span>
            <Button size="small" busy={again.isPending} onClick={() => again.mutate()}>
              Try again
            </Button>
          </span>
        )}
        {again.isError && !wasCancelled(again.error) && <Notice tone="bad">{sentence(again.error)}</Notice>}
      </span>
      <span className={`chip chip-${tones[letter.state]}`} role="status">
        {words}
      </span>
    </li>
  );
}
