// Chooses which of our environment variables a child process may see. Plain JavaScript, because bootstrap.mjs uses it.

/** Variables of the machine: paths, language, trusted authorities. None is a setting or a secret of ours. */
const MACHINE = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'TERM',
  'CI',
  'LANG',
  'LANGUAGE',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TMPDIR',
  'LD_LIBRARY_PATH',
  'NODE_OPTIONS',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'JAVA_HOME',
  'JDK_JAVA_OPTIONS',
  'JAVA_TOOL_OPTIONS',
  // Marks our processes, so that leftovers.ts finds them.
  'SIGHTLINE_SUPERVISED',
];

/** Settings of package managers: proxies, registries, caches, and their credentials. */
const PACKAGE_MANAGER = /^(npm_config_|maven_|m2_|(https?|no|all)_proxy$|debian_frontend$)/i;

/**
 * The variables of `source` that every child may see, and those named in `settings`.
 * @param {readonly string[]} [settings] names of further variables this child needs
 * @param {NodeJS.ProcessEnv} [source]
 * @returns {Record<string, string>}
 */
export function childEnv(settings = [], source = process.env) {
  return pick(source, name => MACHINE.includes(name) || settings.includes(name));
}

/**
 * The variables of `source` that npm, Maven and apt may see. None is a setting of ours, so no install script reads a password.
 * @param {NodeJS.ProcessEnv} [source]
 * @returns {Record<string, string>}
 */
export function packageManagerEnv(source = process.env) {
  return pick(source, name => MACHINE.includes(name) || PACKAGE_MANAGER.test(name));
}

const pick = (source, allowed) =>
  Object.fromEntries(Object.entries(source).filter(([name, value]) => value !== undefined && allowed(name)));
