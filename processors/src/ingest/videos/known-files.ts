import type { Readable } from '../video-file.ts';
import type { Recording } from './decide.ts';

/** What is known of a file in the folder. `unread`: it is new or changed. `none`: it holds no recording. */
type Content =
  | { readonly kind: 'unread'; readonly sizeBytes: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'recording'; readonly recording: Recording; judged: boolean };

/** The content of the files in the folder, as far as they were read. */
export class KnownFiles {
  readonly #contents = new Map<string, Content>();
  /** Size of every recording that was in the folder since the start, by its SHA-256. */
  readonly #sizes = new Map<string, number>();

  unread(fileName: string, sizeBytes: number): void {
    this.#contents.set(fileName, { kind: 'unread', sizeBytes });
  }

  none(fileName: string): void {
    this.#contents.set(fileName, { kind: 'none' });
  }

  recording(recording: Recording): void {
    this.#contents.set(recording.fileName, { kind: 'recording', recording, judged: false });
    this.#sizes.set(recording.sha256, recording.sizeBytes);
  }

  /** The configuration now says what the file is. */
  judged(fileName: string): void {
    const content = this.#contents.get(fileName);
    if (content?.kind === 'recording') content.judged = true;
  }

  gone(fileName: string): void {
    this.#contents.delete(fileName);
  }

  recordings(): readonly Recording[] {
    return [...this.#contents.values()].flatMap(content => (content.kind === 'recording' ? [content.recording] : []));
  }

  /** Does this file hold the recording? undefined: not known yet. */
  holds(fileName: string, sha256: string): boolean | undefined {
    const content = this.#contents.get(fileName);
    if (content?.kind === 'unread') return undefined;
    return content?.kind === 'recording' && content.recording.sha256 === sha256;
  }

  /** Does any file hold the recording? undefined: a file that is not read yet may do. */
  isThere(sha256: string): boolean | undefined {
    const all = [...this.#contents.values()];
    if (all.some(content => content.kind === 'recording' && content.recording.sha256 === sha256)) return true;
    const size = this.#sizes.get(sha256);
    const mayBe = all.some(content => content.kind === 'unread' && (size === undefined || content.sizeBytes === size));
    return mayBe ? undefined : false;
  }

  /** `sha256` null: the camera takes any recording. undefined: the folder has no such file. */
  readable(fileName: string, sha256: string | null): Readable | undefined {
    const content = this.#contents.get(fileName);
    if (sha256 === null) return 'yes';
    if (content === undefined) return undefined;
    if (content.kind === 'none') return 'lost';
    if (content.kind === 'unread') return 'later';
    if (content.recording.sha256 === sha256) return 'yes';
    return content.judged ? 'lost' : 'later';
  }
}
