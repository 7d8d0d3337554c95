import { execFileSync } from 'node:child_process'
import { root } from './places.ts'

/** Builds what is tested, and the origin it is held against. */
export default function setup(): void {
  execFileSync(`${root}scripts/edge.sh`, { stdio: 'inherit' })
  execFileSync('go', ['build', '-o', `${root}edge/dist/`, './server/cmd/quantum', './edge/test/print'], {
    cwd: root,
    stdio: 'inherit',
  })
}
