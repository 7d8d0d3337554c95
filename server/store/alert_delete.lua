-- Deletes an alert with all that is kept of it. What is on its way is let go by
-- whoever has it.
-- KEYS  1 rules  2 state  3 messages  4 ledger
-- ARGV  1 id
-- Gives 1, or 0 where there is none.
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then
  return 0
end
redis.call('HINCRBY', KEYS[1], 'revision', 1)
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
return 1
