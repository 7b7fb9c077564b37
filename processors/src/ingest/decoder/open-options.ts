const FILE_FORMATS = 'mov,mp4,m4a,3gp,3g2,mj2,avi,matroska,webm,mpegts';
/** Playlists are left out: they could open other addresses. */
const LIVE_FORMATS = `rtsp,rtp,flv,${FILE_FORMATS}`;
const US_PER_MS = 1_000;

/** How an RTSP camera sends. */
export type Transport = 'tcp' | 'udp';

/**
 * The demuxer and protocols allowed for an address; nothing else is ever opened. A camera that sends nothing for
 * `silentMs` is given up.
 */
export function openOptions(url: string, silentMs: number, transport: Transport): Record<string, string> {
  const silentUs = String(silentMs * US_PER_MS);
  if (isRtsp(url))
    return {
      rtsp_transport: transport,
      timeout: silentUs,
      format_whitelist: LIVE_FORMATS,
      protocol_whitelist: 'rtsp,rtsps,rtp,tcp,tls,udp,crypto',
    };
  if (/^https?:/i.test(url))
    return {
      rw_timeout: silentUs,
      format_whitelist: LIVE_FORMATS,
      protocol_whitelist: 'http,https,tcp,tls,crypto',
    };
  return { format_whitelist: FILE_FORMATS, protocol_whitelist: 'file' };
}

/** True for an address on RTSP. */
export const isRtsp = (url: string): boolean => /^rtsps?:/i.test(url);

/** True for an address on HTTP. */
export const isHttp = (url: string): boolean => /^https?:/i.test(url);
