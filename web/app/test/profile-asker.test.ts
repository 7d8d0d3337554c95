import { expect, test } from 'vitest'
import { ProfileAsker } from '../src/profile-asker.ts'
import type { Ask } from '../src/protocol.ts'

test('one question at a time, then the latest view, and none twice', () => {
  const asked: string[] = []
  const asker = new ProfileAsker((ask: Ask) => {
    if (ask.type === 'view') asked.push(`${ask.from}-${ask.to}`)
  })
  asker.view(1, 5)
  asker.view(2, 6)
  asker.view(3, 7)
  expect(asked).toEqual(['1-5'])
  asker.answered()
  expect(asked).toEqual(['1-5', '3-7'])
  asker.answered()
  asker.view(3, 7)
  expect(asked).toEqual(['1-5', '3-7'])
  asker.reset()
  asker.view(3, 7)
  expect(asked).toEqual(['1-5', '3-7', '3-7'])
})
