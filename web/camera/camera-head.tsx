// The head of a camera's page: what it is called, how it is, and what can be done.

import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Camera } from '../../src/http/contract/cameras.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { may } from '../app/may.ts';
import { BackToSite } from '../overview/back-to-site.tsx';
import { meQuery } from '../session/queries.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { CameraSettings } from './camera-settings.tsx';
import { pictureWords, statusWords } from './status.ts';

export function CameraHead({ camera, site, now }: { camera: Camera; site: Site; now: number }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const [settings, setSettings] = useState(false);
  const { tone, words } = statusWords(camera.status, now);
  return (
    <header className="page-head camera-head">
      <div className="camera-title">
        <BackToSite site={site} />
        <h1 className="clamp" title={camera.name}>
          {camera.name}
        </h1>
        <p className="camera-sub quiet small">
          <span className="camera-state" role="status">
            <span className={`dot dot-${tone}`} />
            {words}
          </span>
          <span className="camera-picture-words">{pictureWords(camera.status, now)}</span>
        </p>
      </div>
      {may(me, 'manage-cameras') && (
        <Link to="/cameras/$cameraId/zones" params={{ cameraId: camera.id }} className={buttonClass()}>
          <Icon name="zones" size={18} />
          <span className="camera-head-label">Zones</span>
        </Link>
      )}
      {may(me, 'manage-cameras') && (
        <Button icon="settings" onClick={() => setSettings(true)}>
          <span className="camera-head-label">Settings</span>
        </Button>
      )}
      {settings && <CameraSettings camera={camera} onClose={() => setSettings(false)} />}
    </header>
  );
}
