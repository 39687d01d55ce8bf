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
import { FormDialog } from '../ui/form-dialog.tsx';
import { below } from '../ui/nested.ts';
import { Notice } from '../ui/notice.tsx';
import { SettingsRow } from '../ui/settings-row.tsx';
import { SwitchRow } from '../ui/switch-row.tsx';
import { changeCamera, removeCamera } from './changes.ts';
import { draftOf, toSource } from './source-draft.ts';
import { SourceFields } from './source-fields.tsx';
import { sourceWords } from './status.ts';

export function CameraSettings({ camera, onClose }: { camera: Camera; onClose: () => void }) {
  const queryClient = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const [name, setName] = useState(camera.name);
  const [enabled, setEnabled] = useState(camera.enabled);
  const [source, setSource] = useState(() => draftOf(camera.source));
  const [changesSource, setChangesSource] = useState(false);
  if (removing) return <Removal camera={camera} onCancel={() => setRemoving(false)} />;
  return (
    <FormDialog
      title="Camera settings"
      wide
      action="Save"
      schema={CameraChange}
      input={{ name, enabled, ...(changesSource ? { source: toSource(source) } : {}) }}
      send={async (checked) => {
        await changeCamera(camera.id, checked);
        await queryClient.invalidateQueries({ queryKey: keys.cameras });
        onClose();
      }}
      onClose={onClose}
      below={
        <SettingsRow title="Delete this camera" hint="Recording stops. Footage stays until it expires.">
          <Button icon="trash" size="small" onClick={() => setRemoving(true)}>
            Delete…
          </Button>
        </SettingsRow>
      }
    >
      {(faults) => (
        <>
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
            <SettingsRow title="Source" hint={<Clamped>{sourceWords(camera.source)}</Clamped>}>
              <Button size="small" onClick={() => setChangesSource(true)}>
                Change
              </Button>
            </SettingsRow>
          )}
        </>
      )}
    </FormDialog>
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
    <Dialog title={`Delete ${camera.name}?`} onClose={onCancel}>
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
    </Dialog>
  );
}
