// Package api holds the EdgeAppVersion resource as Go types; the repository's crds/ is the schema.
package api

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GroupVersion of every type here.
var GroupVersion = schema.GroupVersion{Group: "esa.alibabacloud.com", Version: "v1alpha1"}

// RequestedAtAnnotation asks for another try at once, by any new value.
const RequestedAtAnnotation = "esa.alibabacloud.com/requested-at"

// AddToScheme makes the types known to a client.
func AddToScheme(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(GroupVersion, &EdgeAppVersion{}, &EdgeAppVersionList{})
	metav1.AddToGroupVersion(scheme, GroupVersion)
	return nil
}
