// The zones of a camera: drawn on its picture, with what each asks for beside it.

import '../camera/camera.css';
import './zones.css';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useBlocker, useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { Camera } from '../../src/http/contract/cameras.ts';
import type { CameraZones } from '../../src/http/contract/zones.ts';
import { ApiError, sentence } from '../app/api.ts';
import { NotFoundPage } from '../app/fallbacks.tsx';
import { may } from '../app/may.ts';
import { keys } from '../app/query-keys.ts';
import { camerasQuery } from '../overview/queries.ts';
import { meQuery } from '../session/queries.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icons.tsx';
import { Notice } from '../ui/notice.tsx';
import { showToast } from '../ui/toast.tsx';
import { cancelDrawing, canUndo, type Draft, draftOf, isChanged, saved, undo } from './draft.ts';
import { saveZones, zonesQuery } from './queries.ts';
import { aspectOf, Stage } from './stage.tsx';
import { Suppressions } from './suppressions.tsx';
import { faultsOf } from './words.ts';
import { ZoneList } from './zone-list.tsx';
import { ZoneTools } from './zone-tools.tsx';

export function ZonesPage() {
  const { cameraId } = useParams({ from: '/inside/cameras/$cameraId/zones' });
  const { data: cameras } = useSuspenseQuery(camerasQuery);
  const { data: stored } = useSuspenseQuery(zonesQuery(cameraId));
  const camera = cameras.find(({ id }) => id === cameraId);
  if (camera === undefined) return <NotFoundPage />;
  return <Editor key={cameraId} camera={camera} newest={stored} />;
}

function Editor({ camera, newest }: { camera: Camera; newest: CameraZones }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const mayChange = may(me, 'manage-cameras');
  const queryClient = useQueryClient();
  // What the draft began from: what others store meanwhile is not taken for it.
  const [stored, setStored] = useState(newest);
  const [draft, setDraft] = useState<Draft>(() => draftOf(newest.zones));
  const changed = isChanged(draft, stored.zones);
  const faulty = draft.zones.filter((zone) => Object.keys(faultsOf(zone)).length > 0);
  const save = useMutation({
    mutationFn: (zones: Draft['zones']) =>
      saveZones(camera.id, { version: stored.version, zones: [...zones] }),
    onSuccess(next, sent) {
      queryClient.setQueryData(keys.zones(camera.id), next);
      setStored(next);
      setDraft((before) => saved(before, sent, next.zones));
      showToast('good', <p>Saved. The zones count from now on.</p>, 'zones');
    },
  });
  async function loadAgain() {
    const next = await queryClient.fetchQuery({ ...zonesQuery(camera.id), staleTime: 0 });
    setStored(next);
    setDraft(draftOf(next.zones));
    save.reset();
  }
  // Nothing was changed here: what somebody else saves is shown.
  if (!changed && newest.version > stored.version) {
    setStored(newest);
    setDraft(draftOf(newest.zones));
  }
  const act = (change: (before: Draft) => Draft) =>
    setDraft((before) => (mayChange ? change(before) : before));
  useKeys(act);
  const isConflict = save.error instanceof ApiError && save.error.code === 'conflict';

  return (
    <div className="page camera-page zones-page">
      <title>{`Zones of ${camera.name} · Vedette`}</title>
      <header className="page-head camera-head">
        <div className="camera-title">
          <Link to="/cameras/$cameraId" params={{ cameraId: camera.id }} className="back-link">
            <Icon name="back" size={18} />
            <span className="ellipsis">{camera.name}</span>
          </Link>
          <h1>Zones</h1>
        </div>
        {mayChange && (
          <div className="zones-actions">
            <IconButton icon="undo" label="Undo" disabled={!canUndo(draft)} onClick={() => act(undo)} />
            <Button
              disabled={!changed || save.isPending}
              onClick={() =>
                act((before) => ({ ...draftOf(stored.zones), past: [...before.past, before.zones] }))
              }
            >
              Discard
            </Button>
            <Button
              look="primary"
              icon="check"
              busy={save.isPending}
              disabled={!changed || faulty.length > 0 || draft.drawing !== null}
              onClick={() => save.mutate(draft.zones)}
            >
              Save
            </Button>
          </div>
        )}
      </header>
      {save.isError && (
        <Notice tone="bad">
          {sentence(save.error)}{' '}
          {isConflict && (
            <Button size="small" onClick={loadAgain}>
              Load them, and lose mine
            </Button>
          )}
        </Notice>
      )}
      <div className="camera-columns zones-columns">
        <div className="camera-main">
          {mayChange && <ZoneTools draft={draft} act={act} />}
          <Stage camera={camera} draft={draft} act={act} mayChange={mayChange} />
          <p className="quiet small zones-help">
            People stand where their feet are. Where zones overlap, a mask comes first, then what is ignored,
            then entries, then what is watched. Drag corners, or move them with the arrow keys; Delete removes
            one.
          </p>
        </div>
        <aside className="camera-side">
          <section className="card panel zones-panel" aria-labelledby="zones-title">
            <h2 id="zones-title">
              {draft.zones.length === 0
                ? 'The whole picture is watched'
                : `${draft.zones.length} on the picture`}
            </h2>
            {draft.zones.length === 0 ? (
              <p className="quiet small">
                A person anywhere on it alarms while the site is armed. Draw an area or a line, and only that
                does.
              </p>
            ) : (
              <ZoneList draft={draft} act={act} mayChange={mayChange} />
            )}
          </section>
          <Suppressions cameraId={camera.id} aspect={aspectOf(camera)} mayChange={may(me, 'resolve')} />
        </aside>
      </div>
      <LeaveGuard changed={changed} />
    </div>
  );
}

/** Escape ends drawing, ⌘Z or Ctrl+Z undoes; not while somebody types. */
function useKeys(act: (change: (before: Draft) => Draft) => void) {
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (event.target instanceof HTMLInputElement && event.target.type === 'text') return;
      if (event.key === 'Escape') act(cancelDrawing);
      if (event.key === 'z' && (event.metaKey || event.ctrlKey) && !event.shiftKey) {
        event.preventDefault();
        act(undo);
      }
    }
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });
}

function LeaveGuard({ changed }: { changed: boolean }) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => changed,
    enableBeforeUnload: () => changed,
    withResolver: true,
  });
  if (status !== 'blocked') return null;
  return (
    <Dialog title="Leave without saving?" onClose={reset}>
      <p>What you changed in these zones is lost.</p>
      <div className="dialog-actions">
        <Button onClick={reset}>Stay</Button>
        <Button look="danger" onClick={proceed}>
          Leave
        </Button>
      </div>
    </Dialog>
  );
}
