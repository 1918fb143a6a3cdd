package api

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// DeepCopyObject implements runtime.Object.
func (in *EdgeAppVersion) DeepCopyObject() runtime.Object { return in.DeepCopy() }

// DeepCopyObject implements runtime.Object.
func (in *EdgeAppVersionList) DeepCopyObject() runtime.Object {
	out := &EdgeAppVersionList{TypeMeta: in.TypeMeta}
	in.ListMeta.DeepCopyInto(&out.ListMeta)
	out.Items = copyEach(in.Items, (*EdgeAppVersion).DeepCopyInto)
	return out
}

// DeepCopy returns a copy that shares nothing with in.
func (in *EdgeAppVersion) DeepCopy() *EdgeAppVersion {
	out := new(EdgeAppVersion)
	in.DeepCopyInto(out)
	return out
}

// DeepCopyInto makes out a copy of in.
func (in *EdgeAppVersion) DeepCopyInto(out *EdgeAppVersion) {
	*out = *in
	in.ObjectMeta.DeepCopyInto(&out.ObjectMeta)
	out.Spec.Containers = copyEach(in.Spec.Containers, (*Container).DeepCopyInto)
	in.Status.DeepCopyInto(&out.Status)
}

// DeepCopyInto makes out a copy of in.
func (in *Container) DeepCopyInto(out *Container) {
	*out = *in
	if in.ACRImageInfo != nil {
		out.ACRImageInfo = clone(in.ACRImageInfo)
		out.ACRImageInfo.IsEnterpriseRegistry = clone(in.ACRImageInfo.IsEnterpriseRegistry)
	}
	out.Command = slices.Clone(in.Command)
	out.Args = slices.Clone(in.Args)
	out.Env = slices.Clone(in.Env)
	out.PostStart = slices.Clone(in.PostStart)
	out.PreStop = slices.Clone(in.PreStop)
	in.Probe.DeepCopyInto(&out.Probe)
}

// DeepCopyInto makes out a copy of in.
func (in *Probe) DeepCopyInto(out *Probe) {
	*out = *in
	if in.Exec != nil {
		out.Exec = &ExecProbe{Command: slices.Clone(in.Exec.Command)}
	}
	out.TCPSocket = clone(in.TCPSocket)
	if in.HTTPGet != nil {
		out.HTTPGet = clone(in.HTTPGet)
		out.HTTPGet.HTTPHeaders = slices.Clone(in.HTTPGet.HTTPHeaders)
	}
	out.InitialDelaySeconds = clone(in.InitialDelaySeconds)
	out.TimeoutSeconds = clone(in.TimeoutSeconds)
	out.PeriodSeconds = clone(in.PeriodSeconds)
	out.SuccessThreshold = clone(in.SuccessThreshold)
	out.FailureThreshold = clone(in.FailureThreshold)
}

// DeepCopyInto makes out a copy of in.
func (in *EdgeAppVersionStatus) DeepCopyInto(out *EdgeAppVersionStatus) {
	*out = *in
	out.Attempt = clone(in.Attempt)
	out.Conditions = copyEach(in.Conditions, (*metav1.Condition).DeepCopyInto)
}

// clone copies what in points to, which holds no pointer that is written through.
func clone[T any](in *T) *T {
	if in == nil {
		return nil
	}
	out := *in
	return &out
}

func copyEach[T any](in []T, copyInto func(in, out *T)) []T {
	if in == nil {
		return nil
	}
	out := make([]T, len(in))
	for i := range in {
		copyInto(&in[i], &out[i])
	}
	return out
}
