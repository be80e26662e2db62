-- /etc/haproxy/gatehouse.lua: asks Gatehouse about each request. Anything but a 200 is the answer to the client.
local verify = "http://127.0.0.1:8080/gate/verify"
-- With `gate.secret`:
local secret = nil
-- The headers for the application: each replaces what the client sent, also with nothing.
local identity = { "remote-user", "remote-name", "remote-groups", "remote-email", "remote-token", "cookie" }
-- What belongs to the connection, or would be read as the proxy's own word.
local kept_back = {
    ["host"] = true, ["connection"] = true, ["upgrade"] = true, ["content-length"] = true, ["transfer-encoding"] = true,
    ["te"] = true, ["trailer"] = true, ["expect"] = true, ["keep-alive"] = true, ["x-original-url"] = true,
    ["x-gatehouse-proxy"] = true,
}

core.register_action("gatehouse_verify", { "http-req" }, function(txn)
    local question = {}
    for name, values in pairs(txn.http:req_get_headers()) do
        if not kept_back[name] then
            -- Lists of Lua's HAProxy begin at 0.
            question[name] = {}
            for _, value in pairs(values) do table.insert(question[name], value) end
        end
    end
    if txn.f:req_fhdr("upgrade") ~= nil then question["x-requested-with"] = { "upgrade" } end
    question["x-forwarded-host"] = { txn.f:req_fhdr("host") or "" }
    question["x-forwarded-uri"] = { txn.f:pathq() or "" }
    question["x-forwarded-method"] = { txn.f:method() }
    if secret then question["x-gatehouse-proxy"] = { secret } end

    local answer = core.httpclient():get({ url = verify, headers = question })
    if answer.status == 200 then
        for _, name in ipairs(identity) do
            local value = (answer.headers[name] or {})[0]
            if value == nil or value == "" then
                txn.http:req_del_header(name)
            else
                txn.http:req_set_header(name, value)
            end
        end
        return
    end
    local reply = txn:reply({ status = answer.status > 0 and answer.status or 503 })
    reply:add_header("cache-control", "no-store")
    local location = (answer.headers and answer.headers["location"] or {})[0]
    if location then reply:add_header("location", location) end
    txn:done(reply)
end, 0)
