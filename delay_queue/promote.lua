-- promote(
--   keys=[ready, ready messages, due times, waiting messages],
--   args=[most messages to move, longest pause in ms]
-- )
--
-- Moves messages whose time has come from the waiting to the ready, earliest first, in one step:
-- a worker killed at any moment leaves each of them in one place or the other, never in both.
-- Answers [how many due ids were taken, ms until it is worth asking again].
--
-- The keys are described in enqueue.lua.

local ready, ready_messages, due_times, waiting_messages = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local most, longest_pause = ARGV[1], tonumber(ARGV[2])

local time = redis.call("TIME")
local now = time[1] * 1000000 + time[2]

local due = redis.call("ZRANGEBYSCORE", due_times, "-inf", now, "LIMIT", 0, most)
for _, id in ipairs(due) do
    local payload = redis.call("HGET", waiting_messages, id)
    if payload and redis.call("HSETNX", ready_messages, id, payload) == 1 then
        redis.call("RPUSH", ready, id)
    end
    redis.call("HDEL", waiting_messages, id)
    redis.call("ZREM", due_times, id)
end

local next_due = redis.call("ZRANGE", due_times, 0, 0, "WITHSCORES")[2]
if not next_due then
    return {#due, longest_pause}
end
local until_next = math.ceil((tonumber(next_due) - now) / 1000)
return {#due, math.max(0, math.min(until_next, longest_pause))}
