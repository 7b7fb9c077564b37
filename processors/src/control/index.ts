export {
  type AppendResult,
  type Change,
  type Command,
  type ControlLog,
  currentVersion,
  openControl,
} from './control-log.ts';
export { findLogin, Login, loginVaultId } from './login.ts';
export { hashPassword, verifyPassword } from './password.ts';
export { type Tail, tail } from './tail.ts';
export { openVault, type Vault, VaultSealedError } from './vault.ts';
