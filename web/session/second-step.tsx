// The second step of signing in: the code of an app, or a recovery code.

import { ApiError } from '../app/api.ts';
import { Button } from '../ui/button.tsx';
import { CodeField } from './code-field.tsx';
import { Door } from './door.tsx';
import { takeSecondStep } from './queries.ts';
import { useCodeForm } from './use-code-form.ts';

interface SecondStepProps {
  readonly onDone: () => Promise<void>;
  readonly onBack: () => void;
  /** The password was entered too long ago. */
  readonly onTooLate: () => void;
}

export function SecondStep({ onDone, onBack, onTooLate }: SecondStepProps) {
  const { form, kind, code, setCode, switchKind } = useCodeForm(async (entered) => {
    try {
      await takeSecondStep(entered);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'not-signed-in') return onTooLate();
      throw error;
    }
    await onDone();
  });
  const lead =
    kind === 'app' ? 'Open the app that shows your codes.' : 'Without your phone, a recovery code opens too.';
  return (
    <Door title="Sign in" heading="One more step" lead={lead}>
      <form ref={form.ref} className="stack" noValidate onSubmit={form.onSubmit}>
        <CodeField
          kind={kind}
          value={code}
          onValue={setCode}
          error={form.fields.code ?? form.problem ?? undefined}
        />
        <Button look="primary" type="submit" busy={form.busy}>
          Continue
        </Button>
      </form>
      <div className="door-foot">
        <button type="button" className="link-button" onClick={switchKind}>
          {kind === 'app' ? 'Use a recovery code' : 'Use the code of your app'}
        </button>
        <button type="button" className="link-button" onClick={onBack}>
          Back
        </button>
      </div>
    </Door>
  );
}
