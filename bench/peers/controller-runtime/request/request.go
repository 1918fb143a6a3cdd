// Package request turns an EdgeAppVersion into the request that creates its version.
package request

import (
	"encoding/json"
	"fmt"
	"strings"

	"edgeapp.example/peer/api"
)

// Create is the wire form of CreateEdgeContainerAppVersion. The members of every struct here stand in the order of
// their names in JSON, so that what encoding/json writes is canonical.
type Create struct {
	AppID      string      `json:"AppId"`
	Containers []Container `json:"Containers"`
	Name       string      `json:"Name"`
	Remarks    string      `json:"Remarks,omitempty"`
}

// Container is one container on the wire.
type Container struct {
	ACRImageInfo *ACRImageInfo `json:"ACRImageInfo,omitempty"`
	Args         string        `json:"Args,omitempty"`
	Command      string        `json:"Command,omitempty"`
	EnvVariables string        `json:"EnvVariables,omitempty"`
	Image        string        `json:"Image"`
	IsACRImage   bool          `json:"IsACRImage"`
	Name         string        `json:"Name"`
	PostStart    string        `json:"PostStart,omitempty"`
	PreStop      string        `json:"PreStop,omitempty"`
	ProbeContent ProbeContent  `json:"ProbeContent"`
	ProbeType    string        `json:"ProbeType"`
	Spec         string        `json:"Spec"`
	Storage      string        `json:"Storage"`
}

// ACRImageInfo is the place of an image in Alibaba Cloud Container Registry on the wire.
type ACRImageInfo struct {
	Domain               string `json:"Domain,omitempty"`
	InstanceID           string `json:"InstanceId,omitempty"`
	IsEnterpriseRegistry *bool  `json:"IsEnterpriseRegistry,omitempty"`
	RegionID             string `json:"RegionId,omitempty"`
	RepoID               string `json:"RepoId,omitempty"`
	RepoName             string `json:"RepoName,omitempty"`
	RepoNamespace        string `json:"RepoNamespace,omitempty"`
	Tag                  string `json:"Tag,omitempty"`
	TagURL               string `json:"TagUrl,omitempty"`
}

// ProbeContent is a probe on the wire.
type ProbeContent struct {
	Command             string `json:"Command,omitempty"`
	FailureThreshold    *int32 `json:"FailureThreshold,omitempty"`
	Host                string `json:"Host,omitempty"`
	HTTPHeaders         string `json:"HttpHeaders,omitempty"`
	InitialDelaySeconds *int32 `json:"InitialDelaySeconds,omitempty"`
	Path                string `json:"Path,omitempty"`
	PeriodSeconds       *int32 `json:"PeriodSeconds,omitempty"`
	Port                int32  `json:"Port,omitempty"`
	Scheme              string `json:"Scheme,omitempty"`
	SuccessThreshold    *int32 `json:"SuccessThreshold,omitempty"`
	TimeoutSeconds      *int32 `json:"TimeoutSeconds,omitempty"`
}

// New builds the request without a marker. It fails for a part of a command that holds a blank, which the API has no
// documented way to quote.
func New(object *api.EdgeAppVersion) (*Create, error) {
	containers := make([]Container, len(object.Spec.Containers))
	for i := range containers {
		var err error
		if containers[i], err = toContainer(&object.Spec.Containers[i]); err != nil {
			return nil, fmt.Errorf("spec.containers[%d]: %w", i, err)
		}
	}
	return &Create{
		AppID:      object.Spec.AppID,
		Containers: containers,
		Name:       object.VersionName(),
		Remarks:    object.Spec.Remarks,
	}, nil
}

func toContainer(in *api.Container) (Container, error) {
	command, err := joinPlain("command", in.Command)
	if err != nil {
		return Container{}, err
	}
	args, err := joinPlain("args", in.Args)
	if err != nil {
		return Container{}, err
	}
	probeType, probe, err := toProbe(&in.Probe)
	if err != nil {
		return Container{}, err
	}
	return Container{
		ACRImageInfo: toACRImageInfo(in.ACRImageInfo),
		Args:         args,
		Command:      command,
		EnvVariables: joinEnv(in.Env),
		Image:        in.Image,
		IsACRImage:   in.ACRImageInfo != nil,
		Name:         in.Name,
		PostStart:    joinQuoted(in.PostStart),
		PreStop:      joinQuoted(in.PreStop),
		ProbeContent: probe,
		ProbeType:    probeType,
		Spec:         in.Spec,
		Storage:      orElse(in.Storage, "0.5G"),
	}, nil
}

func toACRImageInfo(in *api.ACRImageInfo) *ACRImageInfo {
	if in == nil || *in == (api.ACRImageInfo{}) {
		return nil
	}
	out := ACRImageInfo(*in)
	return &out
}

func toProbe(in *api.Probe) (string, ProbeContent, error) {
	out := ProbeContent{
		FailureThreshold:    in.FailureThreshold,
		InitialDelaySeconds: in.InitialDelaySeconds,
		PeriodSeconds:       in.PeriodSeconds,
		SuccessThreshold:    in.SuccessThreshold,
		TimeoutSeconds:      in.TimeoutSeconds,
	}
	var err error
	switch {
	case in.Exec != nil:
		out.Command, err = joinPlain("probe.exec.command", in.Exec.Command)
		return "exec", out, err
	case in.TCPSocket != nil:
		out.Host, out.Port = in.TCPSocket.Host, in.TCPSocket.Port
		return "tcpSocket", out, nil
	case in.HTTPGet != nil:
		get := in.HTTPGet
		out.Host, out.Path, out.Port, out.Scheme = get.Host, get.Path, get.Port, strings.ToLower(get.Scheme)
		out.HTTPHeaders, err = joinHeaders(get.HTTPHeaders)
		return "httpGet", out, err
	default:
		return "", out, fmt.Errorf("probe: has none of exec, tcpSocket and httpGet")
	}
}

// joinHeaders makes a JSON text of one-pair objects, which keeps the order and a repeated name.
func joinHeaders(headers []api.HTTPHeader) (string, error) {
	if len(headers) == 0 {
		return "", nil
	}
	pairs := make([]map[string]string, len(headers))
	for i, header := range headers {
		pairs[i] = map[string]string{header.Name: header.Value}
	}
	text, err := toJSON(pairs)
	return string(text), err
}

func joinPlain(field string, parts []string) (string, error) {
	for _, part := range parts {
		if hasBlank(part) {
			return "", fmt.Errorf("%s: part %q holds a blank, which cannot be sent", field, part)
		}
	}
	return strings.Join(parts, " "), nil
}

// joinQuoted puts parts with a blank into double quotes, as the API's own sample of a hook does.
func joinQuoted(parts []string) string {
	quoted := make([]string, len(parts))
	for i, part := range parts {
		quoted[i] = part
		if hasBlank(part) {
			quoted[i] = `"` + part + `"`
		}
	}
	return strings.Join(quoted, " ")
}

func hasBlank(part string) bool { return strings.ContainsAny(part, " \t\n\v\f\r") }

func joinEnv(env []api.EnvVariable) string {
	pairs := make([]string, len(env))
	for i, variable := range env {
		pairs[i] = variable.Name + "=" + variable.Value
	}
	return strings.Join(pairs, ",")
}

func orElse(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}

// ContainersJSON is the value of the parameter Containers.
func (c *Create) ContainersJSON() (string, error) {
	text, err := toJSON(c.Containers)
	return string(text), err
}

// toJSON leaves <, > and & as they are, as JavaScript does.
func toJSON(value any) ([]byte, error) {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return []byte(strings.TrimSuffix(text.String(), "\n")), nil
}
