-- Stores one closed bar with all that follows from it, or nothing.
-- KEYS  1 lease  2 fence  3 candles  4 series  5 checkpoints  6 events  7 inbox  8 outbox
--       9 volume checkpoints
-- ARGV  1 owner  2 fence  3 open time  4 predecessor  5-9 o h l c v
--       10 body of the bar's message  11 bars channel  12 signals channel
--       13 1 if there is a snapshot  14 cipher  15 volume  16 bars between checkpoints
--       17 candles kept  18 events kept  19 checkpoints kept  20 outbox kept, ms
--       21 volume checkpoints kept  22.. id and body of each event
-- Gives {status, bar seq, signal seq}, or {status, last open time}.
if redis.call('GET', KEYS[1]) ~= ARGV[1] or redis.call('GET', KEYS[2]) ~= ARGV[2] then
  return {'fenced', 0, 0}
end

local open = ARGV[3]
local state = redis.call('HMGET', KEYS[4], 'last', 'bars', 'signals')
local last = state[1] or '0'

if tonumber(open) <= tonumber(last) then
  local stored = redis.call('XRANGE', KEYS[3], open .. '-0', open .. '-0')[1]
  if not stored then
    return {'conflict', tonumber(last), 0}
  end
  local field = stored[2]
  for i = 1, 5 do
    if field[2 * i] ~= ARGV[4 + i] then
      return {'differs', tonumber(last), 0}
    end
  end
  return {'already', tonumber(field[12]), tonumber(field[14])}
end
if ARGV[4] ~= last then
  return {'conflict', tonumber(last), 0}
end

local bar = tonumber(state[2] or '0') + 1
local signal = tonumber(state[3] or '0')
local signals = signal + (#ARGV - 21) / 2
local snapshot, checkpoint = ARGV[13] == '1', bar % tonumber(ARGV[16]) == 0
if checkpoint and not snapshot then
  return {'unsnapped', bar, 0}
end

-- Everything is checked: from here on nothing can be refused.
local text = string.format
local n, s = text('%d', bar), text('%d', signals)
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[17], open .. '-0',
  'o', ARGV[5], 'h', ARGV[6], 'l', ARGV[7], 'c', ARGV[8], 'v', ARGV[9], 'n', n, 's', s)

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local horizon = text('%d', math.max(0, now - tonumber(ARGV[20])))
redis.call('XADD', KEYS[8], 'MINID', '~', horizon, '*',
  'ch', ARGV[11], 't', 'bar', 'seq', n, 'id', open, 'body', ARGV[10])

local at, ordinal = text('%d', now), 0
for i = 22, #ARGV, 2 do
  signal = signal + 1
  local seq = text('%d', signal)
  redis.call('XADD', KEYS[6], 'MAXLEN', '~', ARGV[18], open .. '-' .. text('%d', ordinal),
    'seq', seq, 'id', ARGV[i], 'body', ARGV[i + 1], 'at', at)
  redis.call('XADD', KEYS[8], '*',
    'ch', ARGV[12], 't', 'event', 'seq', seq, 'id', ARGV[i], 'body', ARGV[i + 1])
  ordinal = ordinal + 1
end

redis.call('HSET', KEYS[4], 'last', open, 'bars', n, 'signals', s)
redis.call('HDEL', KEYS[4], 'forming')
if snapshot then
  redis.call('HSET', KEYS[4], 'snap', open .. ' ' .. n .. ' ' .. s, 'cipher', ARGV[14], 'volume', ARGV[15])
end
if checkpoint then
  redis.call('XADD', KEYS[5], 'MAXLEN', '~', ARGV[19], open .. '-0',
    'snap', open .. ' ' .. n .. ' ' .. s, 'cipher', ARGV[14])
  redis.call('XADD', KEYS[9], 'MAXLEN', ARGV[21], open .. '-0', 'volume', ARGV[15])
end
redis.call('XTRIM', KEYS[7], 'MINID', open .. '-1')
return {'ok', bar, signals}
