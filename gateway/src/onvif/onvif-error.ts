/** A camera cannot be asked by ONVIF. The message names the cause and the next step, and never the password. */
export class OnvifError extends Error {
  readonly code = 'ONVIF_FAILED';
  /** What a person can change: the camera's address, or its login. */
  readonly field: 'address' | 'login';

  constructor(field: 'address' | 'login', message: string, options?: ErrorOptions) {
    super(message, options);
    this.field = field;
  }
}

/** Why a connection or a request failed, by the code of Node's error. */
export function connectionProblem(error: unknown, place: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ECONNREFUSED':
      return `nothing answers at ${place}: check the port (80, 8000, 8080 and 8899 are common), and turn ONVIF on in the camera's settings`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name in ${place} is not known here: give the camera's IP address instead`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
      return `there is no way to ${place}: check the address, and that the camera is on and in a network that this machine reaches`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `${place} cut the connection: check the port, and whether the camera wants https://`;
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
      return `${place} speaks no TLS: write http:// instead of https://`;
    default:
      if (code.startsWith('HPE_'))
        return `${place} answers, but not in HTTP: this is another port of the camera, such as that of its video`;
      return `${place} cannot be asked (${code || 'unknown problem'}): check the address and the port`;
  }
}
