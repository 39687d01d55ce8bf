// The import law: which room may import which, type-only imports included.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export interface SourceFile {
  /** Path from the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Violation {
  readonly path: string;
  readonly specifier: string;
  readonly law: string;
}

/** Suites and tests stand beside the code but belong to no room. */
const exempt = /\.(test|contract)\.tsx?$/;

/** Reads every TypeScript file below `folders`. An empty answer is for the caller to refuse. */
export function readTree(root: string, folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !exempt.test(name) && !name.includes('node_modules'))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
  );
}

/** Every import of a file: static, dynamic, re-exported, of types, and modules named by `new URL`. */
export function importsOf(text: string): string[] {
  const code = text.replace(/^\s*\/\/.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, '');
  const patterns = [
    /\b(?:import|export)\s+(?:type\s+)?(?:[\w*{][^'";]*?\sfrom\s*)?['"]([^'"]+)['"]/g,
    /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g,
    /\bnew URL\(\s*['"](\.[^'"]+\.tsx?)['"]\s*,\s*import\.meta\.url/g,
  ];
  return patterns.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1] ?? ''));
}

/** Checks files against the law. Throws on an empty tree: a law that looked at nothing proves nothing. */
export function findViolations(files: readonly SourceFile[]): Violation[] {
  if (files.length === 0) throw new Error('The import law was given no files.');
  return files.flatMap((file) =>
    importsOf(file.text).flatMap((specifier) => {
      const law = brokenLaw(file.path, specifier);
      return law === null ? [] : [{ path: file.path, specifier, law }];
    }),
  );
}

function brokenLaw(path: string, specifier: string): string | null {
  const target = specifier.startsWith('.')
    ? normalize(join(dirname(path), specifier)).replaceAll('\\', '/')
    : null;
  const room = roomOf(path);
  if (target === null) {
    return room === 'core' ? 'core imports no npm packages and no node: modules' : null;
  }
  if (exempt.test(target)) return 'only tests import tests and suites';
  if (!/\.(ts|tsx|css|svg|json)$/.test(target)) return 'relative imports end in their file extension';
  const targetRoom = roomOf(target);
  switch (room) {
    case 'core':
      return targetRoom === 'core' ? null : 'core imports only core';
    case 'http':
    case 'workers':
      return targetRoom === 'core' || targetRoom === room ? null : `${room} imports core and itself`;
    case 'recorder':
      return recorderLaw(path, target, targetRoom);
    case 'app':
      return appLaw(path, target, targetRoom);
    case 'web':
      return targetRoom === 'web' || target.startsWith('src/http/contract/')
        ? null
        : 'web imports only itself and the wire contract';
    case 'unknown':
      return `no room is named for ${path}`;
    default:
      // An adapter: "adapters/<technology>".
      return targetRoom === 'core' || targetRoom === room ? null : 'an adapter imports core and itself';
  }
}

/** What each folder of the recorder may import besides itself; `` is its root. */
const recorderFolders: Readonly<Record<string, readonly string[]>> = {
  '': ['camera', 'capture', 'write', 'watch', 'spool'],
  camera: ['capture', 'write', 'watch', 'spool'],
  capture: ['write', 'watch', 'spool'],
  write: ['spool'],
  watch: [],
  spool: [],
  demo: [],
};

function recorderLaw(path: string, target: string, targetRoom: string): string | null {
  if (targetRoom === 'core') return null;
  if (targetRoom !== 'recorder') return 'recorder imports core and itself';
  const [folder, targetFolder] = [path, target].map((one) => one.split('/').slice(2, -1).join('/'));
  if (folder === undefined || targetFolder === undefined || folder === targetFolder) return null;
  const allowed = recorderFolders[folder];
  if (allowed === undefined) return `no floor of the recorder is named for ${path}`;
  return allowed.includes(targetFolder)
    ? null
    : 'the recorder imports one way: recorder, camera, capture, then write and watch, then spool';
}

function appLaw(path: string, target: string, targetRoom: string): string | null {
  if (targetRoom === 'web' || targetRoom === 'unknown') return 'app imports only src';
  const wires = path.startsWith('src/app/wire');
  return targetRoom.startsWith('adapters/') && !wires
    ? `only app/wire imports adapters, not ${target}`
    : null;
}

function roomOf(path: string): string {
  const [top, room, technology] = path.split('/');
  if (top === 'web') return 'web';
  if (top !== 'src' || room === undefined) return 'unknown';
  return room === 'adapters'
    ? `adapters/${technology}`
    : ['core', 'http', 'workers', 'recorder', 'app'].includes(room)
      ? room
      : 'unknown';
}
