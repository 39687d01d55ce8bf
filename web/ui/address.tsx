// An e-mail address that breaks where people would break it, when it must.

import { Fragment } from 'react';

export function Address({ text }: { text: string }) {
  const parts = text.split(/(?<=[@._+-])/);
  return parts.map((part, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text, in their order.
    <Fragment key={at}>
      {at > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
