export type { Change } from '@sightline/schemas/control';
export { CameraLogin, findCameraLogin, withLogin } from './camera-login.ts';
export {
  type AppendResult,
  type Command,
  type ControlLog,
  NewerValueError,
  openControl,
} from './control-log.ts';
export { ClockAheadError } from './log-clock.ts';
export { findLogin, Login, loginVaultId } from './login.ts';
export { hashPassword } from './password.ts';
export { PasswordChecks, PasswordChecksBusyError } from './password-checks.ts';
export { openVault, type Vault, VaultSealedError } from './vault.ts';
