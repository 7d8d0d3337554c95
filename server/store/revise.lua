-- Tells that a source gives a committed bar other values now. What is stored of
-- it stays.
-- KEYS  1 lease  2 fence  3 candles  4 series  5 outbox
-- ARGV  1 owner  2 fence  3 open time  4-8 o h l c v  9 body of the bar's message
--       10 bars channel  11 outbox kept, ms  12 bars remembered
-- Gives the seq of the bar, 0 where nobody is to hear of it, -1 where the lease is
-- not held. Nobody is where the bar is not stored, where these are the values last
-- told of it, or where it is older than all that are remembered.
if redis.call('GET', KEYS[1]) ~= ARGV[1] or redis.call('GET', KEYS[2]) ~= ARGV[2] then
  return -1
end
local open = ARGV[3]
local stored = redis.call('XRANGE', KEYS[3], open .. '-0', open .. '-0')[1]
if not stored then
  return 0
end
local field = stored[2]
local was = table.concat({field[2], field[4], field[6], field[8], field[10]}, ' ')
local is = table.concat(ARGV, ' ', 4, 8)

-- The newest bars told of, oldest first, as open time and values in turn.
local told = {}
for word in string.gmatch(redis.call('HGET', KEYS[4], 'revised') or '', '[^;]+') do
  told[#told + 1] = word
end
local at = #told + 1
for i = 1, #told, 2 do
  if tonumber(told[i]) >= tonumber(open) then
    at = i
    break
  end
end
if told[at] == open then
  was = told[at + 1]
elseif at == 1 and #told >= 2 * tonumber(ARGV[12]) then
  return 0
end
if is == was then
  return 0
end
if told[at] == open then
  told[at + 1] = is
else
  table.insert(told, at, is)
  table.insert(told, at, open)
end
if #told > 2 * tonumber(ARGV[12]) then
  table.remove(told, 1)
  table.remove(told, 1)
end
redis.call('HSET', KEYS[4], 'revised', table.concat(told, ';'))

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('XADD', KEYS[5], 'MINID', '~', string.format('%d', math.max(0, now - tonumber(ARGV[11]))), '*',
  'ch', ARGV[10], 't', 'bar', 'seq', field[12], 'id', open, 'body', ARGV[9], 'corrects', field[12])
return tonumber(field[12])
