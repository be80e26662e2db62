/**
 * `npm run bench growth`: what accounts cost as they grow. `--sizes`: only the calls at 1,000,
 * 10,000 and 100,000 users (`--sizes=1000,20000`: at these); `--beside`: only reads with writes
 * beside them.
 */
const only = (part: string) => process.argv.some((one) => one.split('=')[0] === part)
if (!only('--beside')) await import('./growth-sizes.ts')
if (!only('--sizes')) await import('./growth-beside.ts')
