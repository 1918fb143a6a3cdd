package api

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// EdgeAppVersion is one version of an edge container app.
type EdgeAppVersion struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   EdgeAppVersionSpec   `json:"spec"`
	Status EdgeAppVersionStatus `json:"status,omitempty"`
}

// EdgeAppVersionList is what a list call answers.
type EdgeAppVersionList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []EdgeAppVersion `json:"items"`
}

// EdgeAppVersionSpec is what a version is made of.
type EdgeAppVersionSpec struct {
	AppID string `json:"appId"`
	// Name is metadata.name where empty.
	Name           string      `json:"name,omitempty"`
	Remarks        string      `json:"remarks,omitempty"`
	Containers     []Container `json:"containers"`
	DeletionPolicy string      `json:"deletionPolicy,omitempty"`
	AdoptionPolicy string      `json:"adoptionPolicy,omitempty"`
	Suspend        bool        `json:"suspend,omitempty"`
}

// Container is one container of a version.
type Container struct {
	Name         string        `json:"name"`
	Image        string        `json:"image"`
	ACRImageInfo *ACRImageInfo `json:"acrImageInfo,omitempty"`
	Spec         string        `json:"spec"`
	Storage      string        `json:"storage,omitempty"`
	Command      []string      `json:"command,omitempty"`
	Args         []string      `json:"args,omitempty"`
	Env          []EnvVariable `json:"env,omitempty"`
	PostStart    []string      `json:"postStart,omitempty"`
	PreStop      []string      `json:"preStop,omitempty"`
	Probe        Probe         `json:"probe"`
}

// ACRImageInfo says where in Alibaba Cloud Container Registry an image is.
type ACRImageInfo struct {
	Domain               string `json:"domain,omitempty"`
	InstanceID           string `json:"instanceId,omitempty"`
	IsEnterpriseRegistry *bool  `json:"isEnterpriseRegistry,omitempty"`
	RegionID             string `json:"regionId,omitempty"`
	RepoID               string `json:"repoId,omitempty"`
	RepoName             string `json:"repoName,omitempty"`
	RepoNamespace        string `json:"repoNamespace,omitempty"`
	Tag                  string `json:"tag,omitempty"`
	TagURL               string `json:"tagUrl,omitempty"`
}

// EnvVariable is one environment variable.
type EnvVariable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Probe has exactly one of Exec, TCPSocket and HTTPGet.
type Probe struct {
	Exec                *ExecProbe      `json:"exec,omitempty"`
	TCPSocket           *TCPSocketProbe `json:"tcpSocket,omitempty"`
	HTTPGet             *HTTPGetProbe   `json:"httpGet,omitempty"`
	InitialDelaySeconds *int32          `json:"initialDelaySeconds,omitempty"`
	TimeoutSeconds      *int32          `json:"timeoutSeconds,omitempty"`
	PeriodSeconds       *int32          `json:"periodSeconds,omitempty"`
	SuccessThreshold    *int32          `json:"successThreshold,omitempty"`
	FailureThreshold    *int32          `json:"failureThreshold,omitempty"`
}

// ExecProbe succeeds when a command does.
type ExecProbe struct {
	Command []string `json:"command"`
}

// TCPSocketProbe succeeds when a port accepts a connection.
type TCPSocketProbe struct {
	Port int32  `json:"port"`
	Host string `json:"host,omitempty"`
}

// HTTPGetProbe succeeds when an HTTP request does.
type HTTPGetProbe struct {
	Path        string       `json:"path"`
	Port        int32        `json:"port"`
	Scheme      string       `json:"scheme,omitempty"`
	Host        string       `json:"host,omitempty"`
	HTTPHeaders []HTTPHeader `json:"httpHeaders,omitempty"`
}

// HTTPHeader is one header of an HTTPGetProbe.
type HTTPHeader struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// EdgeAppVersionStatus is what the controller saw and did.
type EdgeAppVersionStatus struct {
	// ObservedGeneration is -1 before the first look, by the schema's default.
	ObservedGeneration int64    `json:"observedGeneration"`
	VersionID          string   `json:"versionId,omitempty"`
	VersionName        string   `json:"versionName,omitempty"`
	VersionStatus      string   `json:"versionStatus,omitempty"`
	Origin             string   `json:"origin,omitempty"`
	Fingerprint        string   `json:"fingerprint,omitempty"`
	Attempt            *Attempt `json:"attempt,omitempty"`
	// Attempts counts how many were ever begun.
	Attempts               int64              `json:"attempts,omitempty"`
	RequestID              string             `json:"requestId,omitempty"`
	LastHandledRequestedAt string             `json:"lastHandledRequestedAt,omitempty"`
	Conditions             []metav1.Condition `json:"conditions,omitempty"`
}

// Attempt is an open intent to create: written before the call, gone when its outcome is known.
type Attempt struct {
	ID          string      `json:"id"`
	UID         string      `json:"uid"`
	Number      int64       `json:"number"`
	Name        string      `json:"name"`
	Fingerprint string      `json:"fingerprint"`
	StartedAt   metav1.Time `json:"startedAt"`
	// UnknownBefore is set where an earlier attempt ended without anyone knowing how.
	UnknownBefore bool `json:"unknownBefore"`
}

// VersionName is the name of the version in the cloud.
func (o *EdgeAppVersion) VersionName() string {
	if o.Spec.Name != "" {
		return o.Spec.Name
	}
	return o.Name
}
