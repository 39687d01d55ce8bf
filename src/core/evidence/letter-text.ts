// What a letter to an authority says: facts in plain sentences, times as the site has them and in UTC.

import { localTime } from '../alert/compose.ts';
import type { EpochMs } from '../brand.ts';
import type { Incident, IncidentStep, StepAction } from '../incident/incident.ts';
import type { Member } from '../organization/organization.ts';
import type { Span } from '../ports/records.ts';
import type { Site } from '../site/site.ts';
import type { AuthorityLetter } from './authority-letter.ts';
import type { CameraClips, LetterFile } from './letter-files.ts';

export interface LetterFacts {
  readonly letter: AuthorityLetter;
  readonly incident: Incident;
  readonly site: Pick<Site, 'name' | 'timeZone'>;
  readonly organizationName: string;
  readonly sender: Pick<Member, 'name' | 'email'>;
  readonly steps: readonly IncidentStep[];
  readonly memberNames: ReadonlyMap<string, string>;
  readonly planned: readonly CameraClips[];
  readonly files: readonly LetterFile[];
}

/** Steps of the history that are told, the last ones: a mail is read from its beginning. */
const maxToldSteps = 50;

/** What is told of the history. The rest is between the members: notes, who was to care, and whom else was written to. */
const toldActions: ReadonlySet<StepAction> = new Set([
  ...(['opened', 'joined', 'ended', 'acknowledged', 'resolved', 'reopened', 'device'] as const),
]);

/** "Evidence: person at Shop, 1 January 2026 (your reference 12/34)". */
export function letterSubject({ letter, incident, site }: LetterFacts): string {
  const reference = letter.reference === '' ? '' : ` (your reference ${letter.reference})`;
  return `Evidence: ${incident.kind} at ${site.name}, ${localTime(incident.startAt, site.timeZone)}${reference}`;
}

/** The text of the mail. */
export function letterText(facts: LetterFacts): string {
  const { letter, sender, organizationName } = facts;
  const { recipient, reference, text } = letter;
  const to = [recipient.name, recipient.office].filter((part) => part !== '').join(', ');
  const head = [`To: ${to}`, ...(reference === '' ? [] : [`Your reference: ${reference}`])];
  const blocks = [
    head.join('\n'),
    ...(text.trim() === '' ? [] : [text.trim()]),
    `WHAT HAPPENED\n${happened(facts).join('\n')}`,
    `FOOTAGE\n${footage(facts).join('\n')}`,
    `HISTORY\n${history(facts).join('\n')}`,
    `FILES AND THEIR SHA-256\n${facts.files.map(({ sha256, fileName }) => `${sha256}  ${fileName}`).join('\n')}\n${clipsAre(facts)} To check that a file was not changed, compute its SHA-256, for example with: sha256sum -c SHA256SUMS.txt`,
    `SENT BY\n${sender.name}, ${organizationName}\n${sender.email}\nAnswers to this letter go to this address. Letter ${letter.id}`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** What the clips are made of: a copy may be held against the recording, a masked clip is another work. */
function clipsAre({ planned }: LetterFacts): string {
  const sent = planned.filter(({ clips }) => clips.length > 0);
  const masked = sent.filter(({ areas }) => areas.length > 0);
  const copies = 'copies of the recorded pictures, cut at whole groups of pictures and not encoded again';
  if (masked.length === 0) return `The clips are ${copies}.`;
  const names = masked.map(({ camera }) => camera.name).join(', ');
  const others = masked.length < sent.length ? ` The other clips are ${copies}.` : '';
  return `Privacy masks were applied to the clips of ${names}: the masked areas are covered in every picture, and the pictures were encoded anew. Such a clip is a derived work, and says so in its name and its header.${others} The original recordings were not changed. Ask the sender for them before they expire, if you may have them.`;
}

function happened({ incident, site, planned, organizationName }: LetterFacts): string[] {
  const time = (at: EpochMs) => timeTwice(at, site.timeZone);
  const what = incident.kind === 'sensor' ? 'A sensor reported something' : `A ${incident.kind} was seen`;
  return [
    `${what} at ${site.name} (${organizationName}).`,
    `First seen: ${time(incident.startAt)}`,
    `Last seen: ${time(incident.lastSeenAt)}`,
    `Time zone of the site: ${site.timeZone}`,
    `Cameras: ${planned.map(({ camera }) => camera.name).join(', ')}`,
    `State: ${incident.state}${incident.resolution === null ? '' : ` (${incident.resolution})`}`,
    `Incident: ${incident.id}`,
  ];
}

function footage({ planned, site }: LetterFacts): string[] {
  const said = (span: Span) =>
    `${timeTwice(span.startAt, site.timeZone)} to ${timeTwice(span.endAt, site.timeZone)}`;
  return planned.flatMap(({ camera, clips, areas }) => {
    if (clips.length === 0) return [`${camera.name}: there is no footage in this span.`];
    return clips.flatMap(({ span, skipped }) => [
      `${camera.name}: ${said(span)}`,
      ...(areas.length > 0 ? [`  Privacy masks covered: ${areas.length}`] : []),
      ...skipped.map((gap) => `  Missing in it: ${said(gap)}`),
    ]);
  });
}

function history({ steps, memberNames, site }: LetterFacts): string[] {
  const tellable = steps.filter(({ action }) => toldActions.has(action));
  const told = tellable.slice(-maxToldSteps);
  const left = tellable.length - told.length;
  return [
    ...(left > 0 ? [`(${left} earlier steps are left out)`] : []),
    ...told.map(({ at, memberId, action, detail }) => {
      const who = memberId === null ? 'Vedette' : (memberNames.get(memberId) ?? 'somebody');
      // What a person wrote beside an act is a note, too.
      const said = memberId === null || action === 'device' ? detail.replace(/\s+/g, ' ') : '';
      return `${localTime(at, site.timeZone)}  ${who}: ${action}. ${said}`.trimEnd();
    }),
  ];
}

function timeTwice(at: EpochMs, timeZone: string): string {
  return `${localTime(at, timeZone)} (${new Date(at).toISOString()})`;
}
