package controller

import (
	"context"
	"time"

	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"edgeapp.example/peer/api"
)

// targetIndex finds objects by the version that they aim at.
const targetIndex = "target"

// SetUp adds the controller and its index to the manager.
func (r *Reconciler) SetUp(ctx context.Context, manager ctrl.Manager, workers int) error {
	err := manager.GetFieldIndexer().IndexField(ctx, &api.EdgeAppVersion{}, targetIndex, func(object client.Object) []string {
		return []string{targetOf(object.(*api.EdgeAppVersion))}
	})
	if err != nil {
		return err
	}
	warmUp := true
	return ctrl.NewControllerManagedBy(manager).
		For(&api.EdgeAppVersion{}, builder.WithPredicates(wakes)).
		WithOptions(controller.Options{
			MaxConcurrentReconciles: workers,
			EnableWarmup:            &warmUp,
			RateLimiter: workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](
				time.Second, 5*time.Minute),
		}).
		Complete(r)
}

// wakes lets through what a pass may have to act on: no object at rest at the start, and no write to a status.
var wakes = predicate.Funcs{
	CreateFunc: func(e event.CreateEvent) bool { return !isSettled(e.Object.(*api.EdgeAppVersion)) },
	UpdateFunc: func(e event.UpdateEvent) bool {
		return e.ObjectOld.GetGeneration() != e.ObjectNew.GetGeneration() ||
			e.ObjectOld.GetUID() != e.ObjectNew.GetUID() ||
			e.ObjectOld.GetAnnotations()[api.RequestedAtAnnotation] != e.ObjectNew.GetAnnotations()[api.RequestedAtAnnotation]
	},
}

func targetOf(object *api.EdgeAppVersion) string {
	return object.Spec.AppID + "/" + object.VersionName()
}

// findRival names the object that comes first for the same target: one that has begun, then the older.
func (r *Reconciler) findRival(ctx context.Context, object *api.EdgeAppVersion) (string, error) {
	var list api.EdgeAppVersionList
	err := r.List(ctx, &list, client.MatchingFields{targetIndex: targetOf(object)}, client.UnsafeDisableDeepCopy)
	if err != nil {
		return "", err
	}
	for i := range list.Items {
		if other := &list.Items[i]; other.UID != object.UID && comesFirst(other, object) {
			return client.ObjectKeyFromObject(other).String(), nil
		}
	}
	return "", nil
}

func comesFirst(other, object *api.EdgeAppVersion) bool {
	if other.Status.Attempt != nil || other.Status.VersionID != "" {
		return true
	}
	if other.CreationTimestamp.Equal(&object.CreationTimestamp) {
		return other.UID < object.UID
	}
	return other.CreationTimestamp.Before(&object.CreationTimestamp)
}
