@app @phone @sms
Feature: Biometrics and notifications are choices
  Yes and no both lead to an active app.

  @biometrics @uses-app
  Scenario: With biometrics
    Given the guide followed on this phone as far as the biometrics
    When I choose to use biometrics [S5.A.4]
    And I tap "Set up notifications" and then "Allow" [S5.A.5]
    And I open the app and enter my personal PIN code
    Then the app is ready to use [SP800-63B-3.2.3]
    When I open the app with my finger or face
    Then the app is ready to use [S5.A.4]

  @uses-app
  Scenario: Without biometrics
    Given the guide followed on this phone as far as the biometrics
    When I choose not to use biometrics [S5.A.4]
    And I tap "Set up notifications" and then "Allow" [S5.A.5]
    And I open the app and enter my personal PIN code
    Then the app is ready to use [S5.A.4]
    When I open the app
    Then "Use fingerprint or face" is not offered [S5.A.4]

  @biometrics
  Scenario: A stranger's finger or face is not recognised
    Given the guide followed on this phone as far as the biometrics
    When a stranger shows a finger or face where biometrics are chosen
    Then the screen "Touch the sensor or look at the phone" reads "You were not recognised." [CIR2015-1502-2.3.1]

  Scenario: The phone asks before it lets the app notify
    Given the guide followed on this phone as far as the notifications
    When I tap "Set up notifications" on the screen "Important messages"
    Then the phone asks whether notifications are allowed [S5.A.5]

  @uses-app
  Scenario: With notifications allowed, an important message shows
    Given the guide followed on this phone as far as the notifications
    When I tap "Set up notifications" and then "Allow" [S5.A.5]
    Then an important message arrives [S5.A.5]

  @uses-app
  Scenario: Refusing notifications does not stop the activation
    Given the guide followed on this phone as far as the notifications
    When I tap "Set up notifications" and then "Don't allow" [S5.A.5]
    And I open the app and enter my personal PIN code
    Then the app is ready to use [S5.A.5]

  @uses-app
  Scenario: With notifications refused, no message shows
    Given the guide followed on this phone as far as the notifications
    When I tap "Set up notifications" and then "Don't allow" [S5.A.5]
    Then no important message arrives [S5.A.5]
