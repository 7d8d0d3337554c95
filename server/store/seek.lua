-- Reads a series' stream from a sequence number on. Numbers grow with the
-- entries' ids, so the place is found by halving the time between the ends.
-- KEYS  1 candles or events
-- ARGV  1 the field that holds the number  2 from  3 most entries to give
-- Gives entries as XRANGE does.
local function number(entry)
  local fields = entry[2]
  for i = 1, #fields, 2 do
    if fields[i] == ARGV[1] then
      return tonumber(fields[i + 1])
    end
  end
end
local function time(entry)
  return tonumber(string.match(entry[1], '^%d+'))
end
local function at(ms)
  return string.format('%d', ms)
end

local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
if not first then
  return {}
end
local from = tonumber(ARGV[2])
local low, high = time(first), time(redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1])
while low < high do
  local middle = math.floor((low + high) / 2)
  local entry = redis.call('XRANGE', KEYS[1], at(middle), '+', 'COUNT', 1)[1]
  if number(entry) >= from then
    high = middle
  else
    low = time(entry) + 1
  end
end

-- The bar before may hold the number too: several events share an open time.
local before = redis.call('XREVRANGE', KEYS[1], '(' .. at(low), '-', 'COUNT', 1)[1]
local start = at(low)
if before and number(before) >= from then
  start = at(time(before))
end
local wanted, entries = tonumber(ARGV[3]), {}
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], start, '+', 'COUNT', wanted + 128)) do
  if number(entry) >= from and #entries < wanted then
    entries[#entries + 1] = entry
  end
end
return entries
