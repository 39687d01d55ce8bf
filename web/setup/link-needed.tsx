// Somebody opened Vedette before it was set up, without the right link: where to find it.

import { Mark } from '../ui/logo.tsx';
import { Notice } from '../ui/notice.tsx';

export function LinkNeeded({ wrong }: { wrong: boolean }) {
  return (
    <div className="stack">
      <div className="door-head setup-alone">
        <Mark size={52} />
        <h1>{wrong ? 'This link does not fit' : 'Almost there'}</h1>
        <p className="quiet">
          Vedette is running but belongs to nobody yet. To make sure that it becomes yours, it is set up with
          a link that only you can see.
        </p>
      </div>
      {wrong && (
        <Notice tone="bad">The link is wrong, was used already, or is from before the last start.</Notice>
      )}
      <div className="terminal" aria-hidden="true">
        <span>$ npm start</span>
        <span>Vedette runs. Open this link once to make the first administrator:</span>
        <b>{`${location.origin}/setup?token=…`}</b>
      </div>
      <ol className="setup-steps">
        <li>Look at the terminal or log in which Vedette was started.</li>
        <li>Open the link that it printed there. It works once, until the next start.</li>
        <li>No link in sight? Start Vedette again: it prints a new one.</li>
      </ol>
    </div>
  );
}
