import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram } from '../peers/child.ts'

/** A disk of its own below `folder`, which can be filled. */
export interface SmallDisk extends AsyncDisposable {
  /** Takes all the room that is left. */
  fill(): Promise<void>
  free(): Promise<void>
}

const pieceBytes = 1 << 20

/** Undefined: disks can't be mounted here, which takes root and the right to mount. */
export async function mountSmallDisk(folder: string, mib: number): Promise<SmallDisk | undefined> {
  try {
    await runProgram('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', folder])
  } catch {
    return undefined
  }
  const filler = join(folder, 'filler')
  return {
    async fill() {
      await using file = await open(filler, 'w')
      for (let piece = pieceBytes; piece >= 1; )
        try {
          await file.write(Buffer.alloc(piece))
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
          piece = Math.floor(piece / 2)
        }
    },
    free: () => rm(filler),
    async [Symbol.asyncDispose]() {
      await runProgram('umount', ['-l', folder])
    },
  }
}
