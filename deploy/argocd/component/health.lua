-- The health of an EdgeAppVersion for Argo CD, from the conditions the operator writes (kstatus: Ready, Reconciling,
-- Stalled). Uses Lua's base library only, so that it runs from argocd-cm without useOpenLibs.
-- Degraded means that a person must act: one Degraded observation fails a sync, so an error that is retried never is.

local status = obj.status or {}
local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end

local function is(name, value)
  return conditions[name] ~= nil and conditions[name].status == value
end

local function told(condition)
  return condition.reason .. ": " .. condition.message
end

local function health(word, message)
  return { status = word, message = message }
end

if obj.metadata.deletionTimestamp ~= nil then
  local message = "Being deleted"
  if obj.metadata.finalizers ~= nil and #obj.metadata.finalizers > 0 then
    message = message .. ", held by " .. obj.metadata.finalizers[1]
  end
  if is("Stalled", "True") then
    message = message .. "; " .. told(conditions.Stalled)
  end
  return health("Progressing", message)
end
if status.observedGeneration == nil or status.observedGeneration ~= obj.metadata.generation then
  return health("Progressing", "The operator has not looked at this generation yet")
end
if obj.spec.suspend == true then
  return health("Suspended", "Suspended by spec.suspend")
end
if is("Stalled", "True") then
  return health("Degraded", told(conditions.Stalled))
end
if is("Reconciling", "True") then
  return health("Progressing", told(conditions.Reconciling))
end
if conditions.Ready == nil then
  return health("Progressing", "Waiting for the Ready condition")
end
if is("Ready", "True") and conditions.Ready.observedGeneration == obj.metadata.generation then
  return health("Healthy", told(conditions.Ready))
end
return health("Progressing", told(conditions.Ready))
