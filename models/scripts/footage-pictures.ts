import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Decoder, Demuxer, type Frame, Log } from 'node-av';
import { AV_LOG_QUIET } from 'node-av/constants';

/** One picture of real footage: a picture file, or a frame of a video. */
export interface FootagePicture {
  /** Name of the file, and of a video the number of the frame: `street.avi 40`. */
  readonly name: string;
  /** Valid until the next picture is asked for. */
  readonly frame: Frame;
}

/** All pictures of a folder, by name. Of a video, every so many frames. */
export async function* footagePictures(folder: string, every: number): AsyncGenerator<FootagePicture> {
  Log.setLevel(AV_LOG_QUIET);
  for (const file of (await readdir(folder)).toSorted()) {
    await using demuxer = await Demuxer.open(join(folder, file));
    const stream = demuxer.video();
    if (stream === undefined) throw new TypeError(`${file} has no video`);
    using decoder = await Decoder.create(stream);
    const isPicture = file.endsWith('.png');
    let number = 0;
    for await (const frame of decoder.frames(demuxer.packets(stream.index))) {
      if (frame === null) continue;
      if (number % every === 0) yield { name: isPicture ? file : `${file} ${number}`, frame };
      frame.free();
      number += 1;
    }
  }
}
