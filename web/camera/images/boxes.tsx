// Where something was seen in a pushed image: a box around each, over the picture that it stands in.

import type { CameraImage } from '../../../src/http/contract/images.ts';

export function Boxes({ detections }: Pick<CameraImage, 'detections'>) {
  return detections.map(({ kind, box, score }) => (
    <span
      key={`${kind} ${box.x} ${box.y} ${score}`}
      className="light-table-box"
      style={{
        left: `${box.x * 100}%`,
        top: `${box.y * 100}%`,
        width: `${box.width * 100}%`,
        height: `${box.height * 100}%`,
      }}
    />
  ));
}
