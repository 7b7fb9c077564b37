/** Shows progress on one line. A terminal redraws the line; elsewhere each tenth is a separate line. */
export function showShare(what: string, share: number, detail = ''): void {
  const percent = Math.min(100, Math.floor(share * 100));
  if (process.stderr.isTTY) {
    const bar = '█'.repeat(Math.round(share * 30)).padEnd(30, '░');
    process.stderr.write(
      `\r${what.padEnd(20)} ${bar} ${String(percent).padStart(3)} % ${detail}${share >= 1 ? '\n' : ''}`,
    );
    return;
  }
  const tenth = `${what} ${Math.floor(percent / 10)}`;
  if (tenth === lastTenth) return;
  lastTenth = tenth;
  process.stderr.write(`${what}: ${percent} % ${detail}\n`);
}

let lastTenth = '';
