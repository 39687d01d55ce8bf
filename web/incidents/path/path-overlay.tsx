// Where somebody walked, drawn over the picture of one camera.

import './path.css';
import { useSize } from '../../ui/use-size.ts';
import { clockSeconds } from '../../ui/words.ts';
import { type Mark, timeMarks } from './marks.ts';
import { type PictureBox, pictureBox, type Size } from './picture-box.ts';
import { drawnWays, type Place, placeAt, standsAt, type Way, walkedUpTo } from './way.ts';

interface PathOverlayProps {
  readonly ways: readonly Way[];
  readonly moment: number;
  /** Whether the picture is of that moment, so that somebody stands where the path says. */
  readonly showing: boolean;
  /** Of the video; its shape is what counts. */
  readonly picture: Size;
  readonly zone: string;
}

/** Colours of ways at most; another way of the same colour is far off in the order. */
const colours = 5;

export function PathOverlay({ ways, moment, showing, picture, zone }: PathOverlayProps) {
  const { holder, size } = useSize();
  const box = pictureBox(size, picture);
  return (
    <div ref={holder} className="path-frame" aria-hidden="true">
      {box !== null && (
        <svg
          className="path-picture"
          viewBox={`0 0 ${box.width} ${box.height}`}
          style={{
            '--left': `${box.left}px`,
            '--top': `${box.top}px`,
            '--width': `${box.width}px`,
            '--height': `${box.height}px`,
          }}
        >
          <title>Where somebody walked</title>
          <Drawing ways={ways} moment={moment} showing={showing} box={box} zone={zone} />
        </svg>
      )}
    </div>
  );
}

interface DrawingProps {
  readonly ways: readonly Way[];
  readonly moment: number;
  readonly showing: boolean;
  readonly box: PictureBox;
  readonly zone: string;
}

function Drawing({ ways, moment, showing, box, zone }: DrawingProps) {
  const { near, far } = drawnWays(ways, moment);
  const colourOf = (way: Way) => ways.indexOf(way) % colours;
  return (
    <>
      {far.map((way) => (
        <FaintLine key={way.key} way={way} box={box} colour={colourOf(way)} />
      ))}
      {near.map((way) => (
        <WayLine key={way.key} way={way} moment={moment} box={box} colour={colourOf(way)} />
      ))}
      {timeMarks(near, box).map((mark) => (
        <TimeMark key={`${mark.at} ${mark.x} ${mark.y}`} mark={mark} ahead={mark.at > moment} zone={zone} />
      ))}
      {near.map((way) => {
        const here = showing ? standsAt(way, moment) : null;
        if (here === null) return null;
        const { x, y } = inBox(here, box);
        return (
          <g
            key={way.key}
            className="path-here"
            data-colour={colourOf(way)}
            style={{ '--x': `${x}px`, '--y': `${y}px` }}
          >
            <circle r="9" className="path-casing-fill" />
            <circle r="6.5" className="path-dot" />
          </g>
        );
      })}
    </>
  );
}

interface FaintLineProps {
  readonly way: Way;
  readonly box: PictureBox;
  readonly colour: number;
}

function FaintLine({ way, box, colour }: FaintLineProps) {
  const all = lineThrough(way.points, box);
  return (
    <g className="path-way path-way-far" data-colour={colour}>
      <path d={all} className="path-rest-casing" />
      <path d={all} className="path-rest" />
    </g>
  );
}

interface WayLineProps extends FaintLineProps {
  readonly moment: number;
}

function WayLine({ way, moment, box, colour }: WayLineProps) {
  const all = lineThrough(way.points, box);
  const walked = lineThrough(walkedUpTo(way, moment), box);
  const begin = inBox(placeAt(way, way.startAt) ?? { x: 0, y: 0 }, box);
  const end = inBox(placeAt(way, way.endAt) ?? { x: 0, y: 0 }, box);
  return (
    <g className="path-way" data-colour={colour}>
      <path d={all} className="path-rest-casing" />
      <path d={all} className="path-rest" />
      <path d={walked} className="path-casing" />
      <path d={walked} className="path-walked" />
      <circle className="path-begin" cx={begin.x} cy={begin.y} r="5" />
      {!way.goesOn && (
        <rect className="path-end" x={end.x - 4.5} y={end.y - 4.5} width="9" height="9" rx="1.5" />
      )}
    </g>
  );
}

function TimeMark({ mark, ahead, zone }: { mark: Mark; ahead: boolean; zone: string }) {
  const { x, y, word, at } = mark;
  return (
    <g className="path-mark" data-ahead={ahead}>
      <circle cx={x} cy={y} r="2.5" />
      <text x={word.x} y={word.y} textAnchor="middle">
        {clockSeconds(at, zone)}
      </text>
    </g>
  );
}

function inBox({ x, y }: Place, { width, height }: PictureBox): Place {
  return { x: x * width, y: y * height };
}

function lineThrough(places: readonly Place[], box: PictureBox): string {
  return places
    .map((place, index) => {
      const { x, y } = inBox(place, box);
      return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}
