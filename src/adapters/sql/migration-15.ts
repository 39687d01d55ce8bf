// Images that integrators push.

export const pushedImagesSchema: readonly string[] = [
  // No references: what is put aside may name a site or a camera that is gone, and what is destroyed outlives both.
  `create table pushed_images (
    id text primary key, organization_id text not null, site_id text not null, camera_id text,
    way text not null, pushed_by text not null, state text not null, reason text,
    taken_at integer not null, received_at integer not null, destroyed_at integer,
    media_type text not null, width integer not null, height integer not null, is_stripped integer not null,
    blob_key text, size_bytes integer, sha256 text,
    key_hour integer, key_epoch integer, key_ciphertext text, sealed_key text,
    look text not null, detections text not null, incident_id text)`,
  `create index pushed_images_by_camera on pushed_images (camera_id, taken_at, id) where state = 'stored'`,
  `create index pushed_images_by_age on pushed_images (taken_at, id) where state = 'stored'`,
  `create index pushed_images_quarantined on pushed_images (organization_id, received_at, id)
    where state = 'quarantined'`,
  `create index pushed_images_quarantine_by_age on pushed_images (received_at, id) where state = 'quarantined'`,
  `create index pushed_images_destroyed on pushed_images (destroyed_at) where state = 'destroyed'`,
];
