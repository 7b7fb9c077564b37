interface Command {
  readonly script?: string;
  readonly needs: readonly string[];
  readonly steps?: number;
  readonly says: string;
  readonly members?: Readonly<Record<string, string>>;
}

/** Every npm command. */
export const COMMANDS: Readonly<Record<string, Command>>;

/** The script of a command line, with its help and arguments. Throws UsageError for a member that a family lacks. */
export function findScript(
  name: string,
  args: readonly string[],
  root: string,
): {
  readonly path?: string;
  /** What must be fetched before it can run. */
  readonly needs: readonly string[];
  readonly help: string;
  readonly command: string;
  readonly args: readonly string[];
};
