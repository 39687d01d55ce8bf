// Settings of a camera: its name, whether it records, its source, and the way out.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { type Camera, CameraChange } from '../../src/http/contract/cameras.ts';
import { sentence } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { check, type FieldErrors, fieldsOf } from '../ui/form.ts';
import { below } from '../ui/nested.ts';
import { Notice } from '../ui/notice.tsx';
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
  const [faults, setFaults] = useState<FieldErrors>({});
  const save = useMutation({
    mutationFn: (change: CameraChange) => changeCamera(camera.id, change),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.cameras });
      onClose();
    },
    onError: (error) => setFaults(fieldsOf(error)),
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    const change = { name, enabled, ...(changesSource ? { source: toSource(source) } : {}) };
    const checked = check(CameraChange, change);
    setFaults(checked.ok ? {} : checked.fields);
    if (checked.ok) save.mutate(change);
  }

  return (
    <form className="stack" noValidate onSubmit={submit}>
      <TextField
        label="Name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={faults.name}
      />
      <label className="settings-row">
        <span>
          <strong>Record and watch</strong>
          <span className="quiet small">Switched off, the camera is left alone.</span>
        </span>
        <input
          type="checkbox"
          role="switch"
          aria-checked={enabled}
          className="switch"
          checked={enabled}
          onChange={(event) => setEnabled(event.target.checked)}
        />
      </label>
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
            <span className="quiet small settings-source">{sourceWords(camera.source)}</span>
          </p>
          <Button size="small" onClick={() => setChangesSource(true)}>
            Change
          </Button>
        </div>
      )}
      {save.isError && <Notice tone="bad">{sentence(save.error)}</Notice>}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" type="submit" busy={save.isPending}>
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
