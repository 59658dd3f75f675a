-- Sends the requests of a file in turn, each thread its own share on one connection, and tells each answer and how long it took.
-- Arguments: a file of lines "method<TAB>target<TAB>headers, as name=value separated by \1<TAB>body".
local ffi = require("ffi")
ffi.cdef("typedef struct { long seconds; long nanoseconds; } vigie_moment; int clock_gettime(int, vigie_moment *);")
local moment = ffi.new("vigie_moment")
local threads = {}

local function now()
  ffi.C.clock_gettime(1, moment)
  return tonumber(moment.seconds) * 1e6 + tonumber(moment.nanoseconds) / 1e3
end

function setup(thread)
  thread:set("place", #threads)
  table.insert(threads, thread)
end

local function read(line)
  local method, target, named, body = line:match("^(.-)\t(.-)\t(.-)\t(.*)$")
  local headers = {}
  for name, value in named:gmatch("([^=\1]+)=([^\1]*)") do headers[name] = value end
  return wrk.format(method, target, headers, body ~= "" and body or nil)
end

function init(arguments)
  share, sent, took, ended, statuses = {}, 0, {}, {}, {}
  local count, number = tonumber(arguments[2]), 0
  for line in io.lines(arguments[1]) do
    if number % count == place then table.insert(share, read(line)) end
    number = number + 1
  end
end

function request()
  sent = sent + 1
  started = now()
  begun = begun or started
  return share[(sent - 1) % #share + 1]
end

function response(status)
  local moment = now()
  table.insert(took, math.floor(moment - started))
  table.insert(ended, math.floor(moment - begun))
  table.insert(statuses, status)
end

function done(summary)
  for _, thread in ipairs(threads) do
    local took, ended, statuses = thread:get("took"), thread:get("ended"), thread:get("statuses")
    for number = 1, #took do io.write(string.format("answer %d %d %d\n", statuses[number], took[number], ended[number])) end
  end
  local errors = summary.errors
  io.write(string.format("errors %d\n", errors.connect + errors.read + errors.write))
  io.write(string.format("duration %d\n", summary.duration))
end
