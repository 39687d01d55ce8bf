// Settings of a camera: its name, whether it records, its source, and the way out.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type Camera, CameraChange } from '../../src/http/contract/cameras.ts';
import { sentence } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { Button } from '../ui/button.tsx';
import { Clamped } from '../ui/clamped.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { below } from '../ui/nested.ts';
import { Notice } from '../ui/notice.tsx';
import { SwitchRow } from '../ui/switch-row.tsx';
import { useForm } from '../ui/use-form.ts';
import { changeCamera, removeCamera } from './changes.ts';
import { draftOf, toSource } from './source-draft.ts';
import { SourceFields } from './source-fields.tsx';
import { sourceWords } from './status.ts';

export function CameraSettings({ camera, onClose }: { camera: Camera; onClose: () => void }) {
  const [removing, setRemoving] = useState(false);
  return (
    <Dialog title={removing ? `Delete ${camera.name}?` : 'Camera settings'} wide onClose={onClose}>
      {removing ? (
        <Removal camera={camera} onCancel={() => setRemoving(false)} />
      ) : (
        <>
          <SettingsForm camera={camera} onClose={onClose} />
          <hr className="settings-line" />
          <div className="settings-row">
            <p>
              <strong>Delete this camera</strong>
              <span className="quiet small">Recording stops. Footage stays until it expires.</span>
            </p>
            <Button icon="trash" size="small" onClick={() => setRemoving(true)}>
              Delete…
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}

function SettingsForm({ camera, onClose }: { camera: Camera; onClose: () => void }) {
  const queryClient = useQueryClient();
  const [name, setName] = useState(camera.name);
  const [enabled, setEnabled] = useState(camera.enabled);
  const [source, setSource] = useState(() => draftOf(camera.source));
  const [changesSource, setChangesSource] = useState(false);
  const change = { name, enabled, ...(changesSource ? { source: toSource(source) } : {}) };
  const form = useForm(CameraChange, change, async (checked) => {
    await changeCamera(camera.id, checked);
    await queryClient.invalidateQueries({ queryKey: keys.cameras });
    onClose();
  });
  const faults = form.fields;

  return (
    <form ref={form.ref} className="stack" noValidate onSubmit={form.onSubmit}>
      <TextField
        label="Name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={faults.name}
      />
      <SwitchRow
        label="Record and watch"
        hint="Switched off, the camera is left alone."
        checked={enabled}
        onChange={setEnabled}
      />
      {changesSource ? (
        <SourceFields
          draft={source}
          onChange={setSource}
          errors={below(faults, 'source')}
          hasPassword={camera.source.kind === 'rtsp' && camera.source.hasPassword}
        />
      ) : (
        <div className="settings-row">
          <p>
            <strong>Source</strong>
            <span className="quiet small">
              <Clamped>{sourceWords(camera.source)}</Clamped>
            </span>
          </p>
          <Button size="small" onClick={() => setChangesSource(true)}>
            Change
          </Button>
        </div>
      )}
      {form.problem !== null && <Notice tone="bad">{form.problem}</Notice>}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" type="submit" busy={form.busy}>
          Save
        </Button>
      </div>
    </form>
  );
}

function Removal({ camera, onCancel }: { camera: Camera; onCancel: () => void }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => removeCamera(camera.id),
    onSuccess: async () => {
      await navigate({ to: '/' });
      await queryClient.invalidateQueries({ queryKey: keys.cameras });
    },
  });
  return (
    <>
      <p>
        Vedette stops recording it at once and forgets its address. What was recorded stays until it expires,
        but it no longer has a page.
      </p>
      {remove.isError && <Notice tone="bad">{sentence(remove.error)}</Notice>}
      <div className="dialog-actions">
        <Button onClick={onCancel}>Keep it</Button>
        <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
          Delete camera
        </Button>
      </div>
    </>
  );
}
