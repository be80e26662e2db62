import * as nodeModule from 'node:module'

// The program of a worker, which the process that serves starts (`workers` of the settings).
nodeModule.enableCompileCache?.()
const [{ serveAsWorker }, { operatorsLog }, { tidyHeap }] = await Promise.all([
  import('../workers/worker.ts'),
  import('./operators-log.ts'),
  import('./tidy-heap.ts'),
])
await serveAsWorker({
  env: process.env,
  log: (worker) => operatorsLog('info', 2, { worker }),
  started: tidyHeap,
})
