const FILE_FORMATS = 'mov,mp4,m4a,3gp,3g2,mj2,avi,matroska,webm,mpegts';
/** Playlists are left out: they could open other addresses. */
const LIVE_FORMATS = `rtsp,rtp,mpjpeg,mjpeg,flv,${FILE_FORMATS}`;
const ANSWER_WITHIN_US = '5000000';

/** The demuxer and protocols allowed for an address; nothing else is ever opened. */
export function openOptions(url: string): Record<string, string> {
  if (/^rtsps?:/i.test(url))
    return {
      rtsp_transport: 'tcp',
      timeout: ANSWER_WITHIN_US,
      format_whitelist: LIVE_FORMATS,
      protocol_whitelist: 'rtsp,rtsps,rtp,tcp,tls,udp,crypto',
    };
  if (/^https?:/i.test(url))
    return {
      rw_timeout: ANSWER_WITHIN_US,
      format_whitelist: LIVE_FORMATS,
      protocol_whitelist: 'http,https,tcp,tls,crypto',
    };
  return { format_whitelist: FILE_FORMATS, protocol_whitelist: 'file' };
}

/** True for the address of a camera, false for a path. */
export const isNetwork = (url: string): boolean => /^(rtsps?|https?):/i.test(url);
