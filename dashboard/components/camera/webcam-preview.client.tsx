'use client';

import { useEffect, useRef, useState } from 'react';
import { closeStream, openStream } from '#lib/webcam.client.ts';

/** Asks for this device's webcam and shows its picture, until it is taken off the page. */
export function WebcamPreview({ onProblem }: { readonly onProblem: (problem: string) => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => {
    let stream: MediaStream | undefined;
    let isGone = false;
    openStream().then(
      opened => {
        if (isGone) return closeStream(opened);
        stream = opened;
        if (video.current) video.current.srcObject = opened;
        setIsOpen(true);
      },
      (error: Error) => isGone || onProblem(error.message),
    );
    return () => {
      isGone = true;
      if (stream) closeStream(stream);
    };
  }, [onProblem]);
  return (
    <div className="relative aspect-video w-full max-w-sm overflow-hidden rounded-lg bg-[#0b1013]">
      <video
        ref={video}
        autoPlay
        muted
        playsInline
        className="size-full object-contain"
        aria-label="Picture of the webcam"
      />
      {!isOpen && (
        <p className="absolute inset-0 grid place-content-center px-4 text-center text-sm text-white/85">
          Allow the webcam when the browser asks.
        </p>
      )}
    </div>
  );
}
