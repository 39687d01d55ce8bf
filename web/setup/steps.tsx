// The three steps of the setup.

import { SourceFields } from '../camera/source-fields.tsx';
import { PasswordField } from '../session/password-field.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import type { FieldErrors } from '../ui/form.ts';
import { below } from '../ui/nested.ts';
import { TimeZoneOptions } from '../ui/time-zones.tsx';
import type { SetupDraft } from './draft.ts';

interface StepProps {
  readonly draft: SetupDraft;
  readonly setDraft: (draft: SetupDraft) => void;
  readonly fields: FieldErrors;
}

export function YouStep({ draft, setDraft, fields }: StepProps) {
  const set = (change: Partial<SetupDraft>) => setDraft({ ...draft, ...change });
  return (
    <>
      <StepHead title="Welcome to Vedette">
        Your cameras, your footage, on your own machine. Who looks after it?
      </StepHead>
      <TextField
        label="Your name"
        value={draft.name}
        onChange={(event) => set({ name: event.target.value })}
        autoComplete="name"
        error={
          fields.name !== undefined && draft.name.trim() === '' ? 'What should we call you?' : fields.name
        }
      />
      <TextField
        label="E-mail"
        type="email"
        inputMode="email"
        value={draft.email}
        onChange={(event) => set({ email: event.target.value })}
        autoComplete="username"
        hint="You sign in with it. Nothing is sent there."
        error={fields.email}
      />
      <PasswordField
        label="Password"
        value={draft.password}
        onValue={(password) => set({ password })}
        own={[draft.name, draft.email]}
        error={fields.password}
      />
    </>
  );
}

export function PlaceStep({ draft, setDraft, fields }: StepProps) {
  const set = (change: Partial<SetupDraft>) => setDraft({ ...draft, ...change });
  return (
    <>
      <StepHead title="What will you watch over?">
        A site is a place that is armed as a whole: a house, a shop, a workshop. More can be added later.
      </StepHead>
      <TextField
        label="Name of the household or company"
        value={draft.organizationName}
        onChange={(event) => set({ organizationName: event.target.value })}
        autoComplete="organization"
        placeholder="Lovelace family"
        error={fields.organizationName}
      />
      <TextField
        label="First site"
        value={draft.siteName}
        onChange={(event) => set({ siteName: event.target.value })}
        placeholder="Home"
        error={fields.siteName}
      />
      <SelectField
        label="Time zone"
        value={draft.timeZone}
        onChange={(event) => set({ timeZone: event.target.value })}
        hint="Times are shown as the clocks at the site show them."
        error={fields.timeZone}
      >
        <TimeZoneOptions first={draft.timeZone} />
      </SelectField>
    </>
  );
}

export function CameraStep({ draft, setDraft, fields }: StepProps) {
  const set = (change: Partial<SetupDraft>) => setDraft({ ...draft, ...change });
  return (
    <>
      <StepHead title="Your first camera">Try the demo now; real cameras can be added at any time.</StepHead>
      <SourceFields
        draft={draft.source}
        onChange={(source) => set({ source })}
        errors={below(fields, 'camera.source')}
      />
      <TextField
        label="Name of the camera"
        value={draft.cameraName}
        onChange={(event) => set({ cameraName: event.target.value })}
        error={fields['camera.name']}
      />
    </>
  );
}

function StepHead({ title, children }: { title: string; children: string }) {
  return (
    <div className="step-head">
      <h1 tabIndex={-1}>{title}</h1>
      <p className="quiet">{children}</p>
    </div>
  );
}
