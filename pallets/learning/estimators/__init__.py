"""The families of models: trained through scikit-learn, carried as canonical bytes, asked in integers.

A family's trainer turns quantised rows into a record of integers. Whoever has the record's bytes predicts with pure
Python integers, the same on every machine; how far the answer can be from scikit-learn's for the same rows is stated
where the record is and tested. Nothing is ever unpickled. A prediction costs at most `cost_bound` products or
comparisons, which never exceeds the number of the artifact's bytes, so that a call can be weighed by its length alone.

Reading order:
  ground         artifact (errors, bounds, reader of bytes), exponential (exp and softmax)
  records        neighbours, support_vectors, gaussian_bayes, discrete_bayes, categorical_bayes, centroids (k-means),
                 density (DBSCAN), projection (PCA, SVD), preprocessing (scaling, one-hot), network (one hidden layer,
                 averaged over clients); trees and linear models are those of the learning core
  families       artifact_kinds (codecs, prediction), probabilities, family_parameters, family,
                 families (the table, decoding)
  trainers       fitting (floats and integers), tree_fitting, linear_fitting, kernel_fitting, bayes_fitting,
                 point_fitting, transform_fitting, network_fitting                         [numpy, scikit-learn]
  many numbers   batch (rows), network_arrays and network_descent (a million weights): the same answers  [numpy]
  judging        scores (exact fractions), cluster_scores, splitting (folds), model_search (grids)      [joblib]
"""
