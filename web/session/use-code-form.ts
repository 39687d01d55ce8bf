// A form for a code: a whole one is sent by itself, a wrong one is cleared for the next.

import { useEffect, useState } from 'react';
import { CodeInput } from '../../src/http/contract/account.ts';
import { ApiError } from '../app/api.ts';
import { useForm } from '../ui/use-form.ts';
import { isWholeAppCode } from './code.ts';
import type { CodeKind } from './code-field.tsx';

/** `send` gets the code; what it throws is shown below the field. */
export function useCodeForm(send: (code: string) => Promise<void>) {
  const [kind, setKind] = useState<CodeKind>('app');
  const [code, setCode] = useState('');
  const form = useForm(CodeInput, { code }, async (input) => {
    try {
      await send(input.code);
    } catch (error) {
      if (kind === 'app' && error instanceof ApiError && error.code === 'code-wrong') setCode('');
      throw error;
    }
  });
  const isWhole = kind === 'app' && isWholeAppCode(code);
  const { ref } = form;
  useEffect(() => {
    if (isWhole) ref.current?.requestSubmit();
  }, [isWhole, ref]);
  return {
    form,
    kind,
    code,
    setCode,
    switchKind() {
      setKind(kind === 'app' ? 'recovery' : 'app');
      setCode('');
      form.reset();
    },
  };
}
